// Archives that another program made by the written format, in good or bad faith.
#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "example_archive.hpp"
#include "flash/core/file.hpp"
#include "temporary_folder.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

// Writes FOLDER/N.h5 for the Nth line of FOLDER/changes: a whole archive, spoilt by that line of Python, then
// sealed.
constexpr const char* python_archives = R"(
import hashlib, h5py, numpy as np, sys
text = h5py.string_dtype()

def column(group, name, values, dtype, **how):
    describe(group.create_dataset(name, data=np.array(values, dtype=dtype), **how))

def describe(dataset):
    dataset.attrs['units'] = dataset.attrs['long_name'] = '1'

def make(path, change):
    with h5py.File(path, 'w') as f:
        f.attrs['format'], f.attrs['format_version'] = 'flash-archive', '1.0.0'
        f.attrs['age'], f.attrs['ranks'] = 0.5, 7
        f.attrs.create('tables', ['samples'], dtype=text)
        t = f.create_group('samples')
        t.attrs.create('columns', ['id', 'name'], dtype=text)
        column(t, 'id', [1, 2], '<u8')
        column(t, 'name', ['a', 'b'], text)
        exec(change)
    data = open(path, 'rb').read()
    open(path, 'ab').write(b'\nflash-archive sha256 %s\n' % hashlib.sha256(data).hexdigest().encode())

for number, change in enumerate(open(sys.argv[1] + '/changes')):
    make('%s/%d.h5' % (sys.argv[1], number), change)
)";

struct Case {
  std::string change;
  std::string reason;  // part of the refusal
};

class ForeignArchiveTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) GTEST_SKIP() << "no h5py";
  }
  void make(const std::vector<Case>& cases) {
    std::ofstream(folder_ / "make.py") << python_archives;
    {
      std::ofstream changes(folder_ / "changes");
      for (const Case& one : cases) changes << one.change << "\n";
    }
    const std::string command = "/usr/bin/python3 " + (folder_ / "make.py").string() + " " + folder_.string();
    ASSERT_EQ(std::system(command.c_str()), 0);
  }
  std::filesystem::path archive(std::size_t number) const {
    return folder_ / (std::to_string(number) + ".h5");
  }
  void expect_refused(const std::vector<Case>& cases) {
    make(cases);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      SCOPED_TRACE(cases[i].change);
      const Error error = error_of([&] { read_archive(archive(i)); });
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), HasSubstr(archive(i).string() + ": "));
      EXPECT_THAT(error.what(), HasSubstr(cases[i].reason));
    }
  }
};

TEST_F(ForeignArchiveTest, WhatH5pyWritesByTheFormatIsRead) {
  make({{"pass", ""},
        {"f.attrs['format_version'] = '2.9.0'; f.create_group('of_a_later_version')", ""},
        {"del t['name']; column(t, 'name', [b'a', b'b'], h5py.string_dtype('utf-8', 7), chunks=(1,))", ""},
        {"del t['name']; column(t, 'name', [b'a', b'b'], 'S2')", ""}});
  const Column id{"id", "1", "1", std::vector<std::uint64_t>{1, 2}};
  const Column name{"name", "1", "1", std::vector<std::string>{"a", "b"}};
  const ArchiveContents expected{{{"age", 0.5}, {"ranks", std::int64_t{7}}}, {{"samples", {}, {id, name}}}};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(read_archive(archive(i)) == expected) << i;
}

TEST_F(ForeignArchiveTest, OtherFormatsAndVersionsAreRefused) {
  expect_refused(
      {{"del f.attrs['format']", "is no flash archive"},
       {"f.attrs['format'] = 'nexus'", "is no flash archive"},
       {"f.attrs['format'] = 3", "is no flash archive"},
       {"f.attrs['format_version'] = '3.0.0'", "archive format 3.0.0; this flash reads 1.x and 2.x"},
       {"f.attrs['format_version'] = '0.9.0'", "archive format 0.9.0; this flash reads 1.x and 2.x"},
       {"f.attrs['format_version'] = ''", "is of archive format"}});
}

TEST_F(ForeignArchiveTest, WrongStructureIsRefused) {
  expect_refused({{"del f.attrs['tables']", "'tables'"},
                  {"f.attrs['tables'] = 7", "'tables'"},
                  {"f.attrs['tables'] = 'samples'", "is not one-dimensional"},
                  {"f.attrs.create('tables', ['samples', 'samples'], dtype=text)", "repetition"},
                  {"f.attrs.create('tables', ['gone'], dtype=text)", "table gone: is not there"},
                  {"f.attrs.create('tables', [''], dtype=text)", "is not there"},
                  {"f.attrs.create('tables', ['samples/id'], dtype=text)", "cannot be opened"},
                  {"t.attrs.create('columns', ['id', 'x'], dtype=text)", "column x: is not there"},
                  {"del t['id'].attrs['units']", "column id: has no attribute units"},
                  {"t['id'].attrs['long_name'] = 1", "long_name is no text"},
                  {"t.attrs['x'] = [1, 2]", "attribute x: is not a single value"},
                  {"t.attrs['x'] = np.float32(1)", "attribute x: is neither"},
                  {"t.attrs['x'] = h5py.Empty('f8')", "attribute x: is not a single value"},
                  {"del t['id']; column(t, 'id', [1, 2, 3], '<u8')", "another length"}});
}

TEST_F(ForeignArchiveTest, WrongTypesAreRefused) {
  expect_refused(
      {{"del t['id']; column(t, 'id', [1, 2], '<i4')", "column id: is neither"},
       {"del t['id']; column(t, 'id', [1, 2], '>u8')", "column id: is neither"},
       {"del t['id']; column(t, 'id', [1, 2], '<f4')", "column id: is neither"},
       {"del t['id']; column(t, 'id', [(1, 2)], [('a', '<u8'), ('b', '<u8')])", "column id: is neither"},
       {"del t['id']; column(t, 'id', [[1, 2]], '<u8')", "not one-dimensional"},
       {"del t['id']; column(t, 'id', 1, '<u8')", "not one-dimensional"},
       {"del t['id']; describe(t.create_dataset('id', (2,), text, fillvalue=b'ab'))", "column id: "}});
}

TEST_F(ForeignArchiveTest, LengthsThatTheFileCannotHoldAreRefused) {
  expect_refused(
      {{"del t['id']; describe(t.create_dataset('id', (2**62,), '<u8', chunks=(1024,)))",
        "claims a length of 4611686018427387904"},
       {"del t['id']; describe(t.create_dataset('id', (2**33,), text, chunks=(1024,)))", "claims a length"},
       {"del t['id']; describe(t.create_dataset('id', (2**33,), 'S4', chunks=(1024,)))", "claims a length"},
       {"del t['id']; describe(t.create_dataset('id', (2,), 'S1000000000', chunks=(1,)))", "claims a length"},
       {"del t['id']; describe(t.create_dataset('id', (3 * 2**20,), 'S1', chunks=(1024,)))",
        "claims more texts"},
       {"del t['id']; describe(t.create_dataset('id', (2,), '<u8', chunks=(2**28,), maxshape=(None,)))",
        "claims a length"}});
}

// Nothing is read from other files, and no plug-in is loaded to decode what is in this one.
TEST_F(ForeignArchiveTest, DataFromElsewhereIsRefused) {
  expect_refused(
      {{"del t['id']; t['id'] = h5py.ExternalLink('/etc/hostname', '/x')", "is a link"},
       {"del t['id']; t['id'] = h5py.SoftLink('/samples/name')", "is a link"},
       {"f['x'] = h5py.ExternalLink('/x.h5', '/'); f.attrs.create('tables', ['x/y'], dtype=text)",
        "is a link"},
       {"del t['id']; describe(t.create_dataset('id', (2,), 'S8', external=[('/etc/passwd', 0, 16)]))",
        "elsewhere"},
       {"del t['id']; describe(t.create_dataset('id', (2,), '<u8', external=[('/etc/passwd', 0, 16)]))",
        "elsewhere"},
       {"v = h5py.VirtualLayout((2,), '<u8'); v[:] = h5py.VirtualSource('/x.h5', 'x', (2,)); del t['id']; "
        "describe(t.create_virtual_dataset('id', v))",
        "elsewhere"},
       {"del t['id']; column(t, 'id', [1, 2], '<u8', chunks=(2,), scaleoffset=4)", "filter"}});
}

TEST_F(ForeignArchiveTest, ChangedByAnotherProgramIsRefused) {
  write_file_atomically(archive(0), archive_bytes(example_archive()));
  const std::string change = "/usr/bin/python3 -c \"import h5py; h5py.File('" + archive(0).string() +
                             "', 'r+').attrs['note'] = 'x' * 5000\"";
  ASSERT_EQ(std::system(change.c_str()), 0);
  const Error error = error_of([&] { read_archive(archive(0)); });
  EXPECT_EQ(error.code(), ExitCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("changed by another program"));
}

}  // namespace
}  // namespace flash
