// An archive that flash wrote when the format was 1.3.0 is still read, reported and kept.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "flash/archive/archive.hpp"
#include "flash/core/file.hpp"
#include "flash/report/report.hpp"

namespace flash {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class Format1Archive : public testing::Test {
 protected:
  Format1Archive() {
    fs::create_directories(folder_);
    const std::string command = "gzip -dc " FLASH_SOURCE_DIR "/analysis/tests/data/archive-1.3.h5.gz > ";
    EXPECT_EQ(std::system((command + path_.string()).c_str()), 0);
  }
  ~Format1Archive() override { fs::remove_all(folder_); }
  fs::path folder_ = fs::temp_directory_path() / ("flash_format_1." + std::to_string(::getpid()));
  fs::path path_ = folder_ / "archive.h5";
};

TEST_F(Format1Archive, IsReportedAsItWas) {
  const ArchiveContents archive = read_archive(path_);
  EXPECT_EQ(archive.tables.size(), 20u);
  const Json report = report_json(archive);
  EXPECT_EQ(report.at("job_name"), "small");
  EXPECT_EQ(report.at("samples").size(), 8u);
  EXPECT_EQ(report.at("samples")[0].at("depths"), "3");
  EXPECT_EQ(report.at("predictor").at("a"), 3.9882245174592326);
  EXPECT_EQ(report.at("sweep").at("top")[0].at("id"), 63);
  EXPECT_EQ(report.at("sweep").at("top")[0].at("objective"), 1590.8096415703367);
  EXPECT_EQ(report.at("sweep").at("histograms").size(), 600u);
  EXPECT_EQ(report.at("rows").size(), 12u);
  EXPECT_THAT(report_text(archive),
              HasSubstr("Constraints accuracy: accuracy >= 0.235; optimum of the models"));
}

TEST_F(Format1Archive, WrittenAgainItIsOfFormat2WithTheSameContentsInFewerBytes) {
  const ArchiveContents archive = read_archive(path_);
  const std::string bytes = archive_bytes(archive);
  write_file_atomically(folder_ / "again.h5", bytes);
  const ArchiveContents again = read_archive(folder_ / "again.h5");
  EXPECT_EQ(report_json(again), report_json(archive));
  EXPECT_TRUE(archive_bytes(again) == bytes);
  EXPECT_LT(bytes.size(), fs::file_size(path_));
}

}  // namespace
}  // namespace flash
