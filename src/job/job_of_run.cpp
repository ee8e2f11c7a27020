#include "flash/job/job_of_run.hpp"

#include <sstream>

#include "flash/core/file.hpp"

namespace flash {

namespace fs = std::filesystem;

fs::path job_file_of(const fs::path& run, const Results& results) {
  const fs::path frozen = run / "job.toml";
  const std::string text = read_file(frozen);
  for (const Event& event : results.events()) {
    std::istringstream command(event.kind == "start" ? event.text : "");
    for (std::string word; command >> word;) {
      if (word.ends_with(".toml") && fs::is_regular_file(word) && read_file(word) == text) return word;
    }
  }
  return frozen;
}

}  // namespace flash
