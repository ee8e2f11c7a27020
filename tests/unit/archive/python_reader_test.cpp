// What flash writes, as the tools read it that its users have: h5py, h5dump and our own Python package.
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "example_archive.hpp"
#include "flash/core/file.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

class PythonReaderTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    path_ = (folder_ / "archive.h5").string();
    write_file_atomically(path_, archive_bytes(example_archive()));
  }
  int python(const std::string& script) {
    std::ofstream(folder_ / "script.py") << script;
    const std::string command = "PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=" FLASH_SOURCE_DIR
                                "/analysis /usr/bin/python3 " +
                                (folder_ / "script.py").string() + " " + path_;
    return std::system(command.c_str());
  }
  std::string path_;
};

TEST_F(PythonReaderTest, H5pyAndTheAnalysisPackageReadEveryValue) {
  if (std::system("/usr/bin/python3 -c 'import h5py, pandas' 2>/dev/null") != 0)
    GTEST_SKIP() << "no h5py or pandas";
  EXPECT_EQ(python(R"(
import sys, h5py
from flash_analysis import open_archive
a = open_archive(sys.argv[1])
assert a.sealed
assert a.tables == ['samples', 'hardware/host/model', 'events', 'hardware/host', 'bare'], a.tables
assert list(a.attributes) == ['format', 'format_version', 'software', 'job', 'empty', 'ranks', 'age'], a.attributes
assert a.attributes['job'] == '[space]\nwm = [1]\n' and a.attributes['ranks'] == 2 and a.attributes['age'] == 0.25
s = a.frame('samples')
assert list(s) == ['wm', 'id', 'skips', 'accuracy']
assert list(s['id']) == [0, 63102615224, 2**64 - 1] and list(s['wm']) == [-1, -2**63, 3]
assert list(s['skips']) == ['3,0,12', '', 'caf\u00e9\nline two'] and list(s['accuracy']) == [0.1, 0, 1e-300]
assert s.attrs['attributes'] == {'zeta': 'z', 'alpha': 1.5}
assert list(a.frame('events')) == ['time', 'reason'] and len(a.frame('events')) == 0
with h5py.File(sys.argv[1]) as f:
    d = f['samples/id']
    assert d.shuffle and d.compression == 'gzip' and d.fletcher32 and d.chunks, 'filters'
    assert f['samples/skips'].dtype == h5py.string_dtype('utf-8', 14), f['samples/skips'].dtype
    assert f['samples/skips'].shuffle and f['samples/skips'].compression == 'gzip', 'filters of texts'
    assert d.dtype == '<u8' and d.attrs['long_name'] == b'position in the space' and d.attrs['units'] == b'1'
)"),
            0);
}

TEST_F(PythonReaderTest, TheValidatorFindsNothingWrongWithHowItIsStored) {
  if (std::system("/usr/bin/python3 -c 'import h5py, pandas' 2>/dev/null") != 0)
    GTEST_SKIP() << "no h5py or pandas";
  // The example is no real run: what one has beside is missing from it, and nothing that it holds itself.
  EXPECT_EQ(python(R"(
import sys
from flash_analysis import open_archive, spec
from flash_analysis.validate import validate
a = open_archive(sys.argv[1])
expected = {f'root attribute {name} is missing' for name in spec.ATTRIBUTES if name not in a.attributes}
expected |= {f"{table}/{column['name']} is missing" for table in a.tables for column in spec.columns_of(table) or []
             if column['name'] not in list(a.frame(table)) and not column.get('optional')}
assert expected and set(validate(sys.argv[1])) == expected, set(validate(sys.argv[1])) ^ expected
)"),
            0);
}

TEST_F(PythonReaderTest, H5dumpReadsIt) {
  if (std::system("h5dump --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no h5dump";
  EXPECT_EQ(std::system(("h5dump " + path_ + " > " + path_ + ".txt").c_str()), 0);
  EXPECT_GT(std::filesystem::file_size(path_ + ".txt"), 2000u);
}

}  // namespace
}  // namespace flash
