// Journals, and the repair of damaged ones.
#include "flash/archive/journal.hpp"
#include "flash/core/file.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  const MemoryFolder folder;
  const fs::path path = folder.path() / "journal";
  Journal journal(path);
  std::vector<std::string> all{read_file(path)};
  for (const char* payload : {"", "{}", "a longer record, with words in it"}) {
    journal.append(1, payload);
    all.push_back(read_file(path));
  }
  all.push_back(all.back() + all.back());  // a journal behind a journal: damage
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  using namespace flash::fuzz;
  static const MemoryFolder folder;
  const fs::path path = folder.path() / "journal";
  write(path, text(data, size));
  std::size_t records = 0;
  const bool whole = accepts([&] { records = read_journal(path).records.size(); });
  RepairReport repair;
  if (accepts([&] { repair = repair_journal(path); })) {
    const JournalContents after = read_journal(path);
    require(after.torn_bytes == 0 && after.records.size() == repair.records,
            "a repaired journal is not whole");
    require(!whole || repair.records == records, "repair changes the records of a whole journal");
  } else {
    require(!whole, "what can be read cannot be repaired");
  }
  if (!repair.original.empty()) fs::remove(repair.original);
  return 0;
}
