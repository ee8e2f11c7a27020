// CIFAR and IDX files. The first byte says which; of IDX, the second says how much of the rest is labels.
#include <zlib.h>

#include "flash/dataset/dataset.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {
namespace {

void read(const DataSource& source) {
  DataShape shape;
  const bool inspected = accepts([&] { shape = inspect_data(source); });
  accepts([&] {
    const Data data = load_data(source);
    require(inspected, "inspect_data refuses what load_data takes");
    require(data.train.size() == shape.train_images && data.classes == shape.classes,
            "the two differ in the shape");
  });
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace

std::vector<std::string> seeds() {
  using namespace std::string_literals;
  const std::string labels = "\0\0\x08\x01\0\0\0\x03\0\1\2"s;
  const std::string images = "\0\0\x08\x03\0\0\0\x03\0\0\0\2\0\0\0\2"s + "abcdefghijkl";
  return {"\0"s + std::string(3073, '\1') + std::string(3073, '\2'),
          "\1"s + std::string(3074, '\5') + std::string(3074, '\6'),
          "\2"s + static_cast<char>(labels.size()) + labels + images,
          "\2"s + static_cast<char>(gzip(labels).size()) + gzip(labels) + gzip(images)};
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash::fuzz;
  if (size < 2) return 0;
  const std::string bytes = text(data, size);
  if (data[0] % 3 < 2) {
    const MemoryFile file(bytes.substr(1));
    read(
        {.source = data[0] % 3 == 0 ? "cifar10" : "cifar100", .train = {file.path()}, .test = {file.path()}});
    return 0;
  }
  const std::size_t end = std::min<std::size_t>(size, 2 + std::size_t{data[1]});
  const MemoryFile labels(bytes.substr(2, end - 2));
  const MemoryFile images(bytes.substr(end));
  read({.source = "idx", .train = {images.path(), labels.path()}, .test = {images.path(), labels.path()}});
  return 0;
}
