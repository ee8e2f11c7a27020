// Archives: the bytes as they are, and with a seal that fits, as whoever makes one in bad faith would seal
// it.
#include "../unit/archive/example_archive.hpp"
#include "flash/core/hash.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {
namespace {

constexpr std::string_view mark = "\nflash-archive sha256 ";

std::string unsealed(const std::string& archive) { return archive.substr(0, archive.rfind(mark)); }

void read(const std::string& bytes) {
  const MemoryFile file(bytes);
  accepts([&] { read_archive(file.path()); });
}

}  // namespace

std::vector<std::string> seeds() {
  const ArchiveContents example = example_archive();
  // Small ones, of which a larger part matters.
  ArchiveContents texts{{{"job", "x"}},
                        {{"events", {}, {{"kind", "", "", std::vector<std::string>{"a", "b"}}}}}};
  ArchiveContents numbers{{},
                          {{"t", {{"n", std::int64_t{1}}}, {{"x", "s", "", std::vector<double>(100, 0.5)}}}}};
  return {unsealed(archive_bytes({})), unsealed(archive_bytes(texts)), unsealed(archive_bytes(numbers)),
          archive_bytes(example)};
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash::fuzz;
  const std::string bytes = text(data, size);
  read(bytes);
  read(bytes + std::string(mark) + flash::sha256_hex(bytes) + "\n");
  return 0;
}
