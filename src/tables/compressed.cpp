#include "flash/stage/compression.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

std::vector<Compressed> rows_of_compressed(const TableSource& source) {
  return compressed_networks(source.results);
}

template <class Member>
auto of_result(Member member) {
  return [=](const Compressed& r) { return r.result.*member; };
}

std::int64_t kept(const Compressed& r) {
  std::int64_t sum = 0;
  for (const CompressedLayer& layer : r.result.layers) sum += layer.kept;
  return sum;
}

}  // namespace

ArchiveTable compressed_table() {
  TableOf<Compressed> table("compressed", "Networks that were compressed, one row a network and seed.",
                            rows_of_compressed);
  table.only_with_rows();
  table
      .column("network", "", "a reference network's name, or the network in words",
              [](const Compressed& r) { return r.network; })
      .column("training", "1", "which of its seeds, from 0", [](const Compressed& r) { return r.k; })
      .column("seed", "1", "seed of the training and of the compression",
              [](const Compressed& r) { return r.seed; })
      .column("method", "", "method of compression", [](const Compressed& r) { return r.method; })
      .column("ratio", "1", "weights over weights kept, as asked",
              [](const Compressed& r) { return r.ratio; })
      .column("bits", "1", "bits of a kept weight, as asked; 32: not quantised",
              [](const Compressed& r) { return r.bits; })
      .column(
          "file", "", "the file, within the run directory; empty where it failed",
          [](const Compressed& r) { return r.files.empty() ? std::string() : "networks/" + r.files.front(); })
      .column("accuracy_dense", "1", "accuracy before, on the images that judge",
              of_result(&CompressionResult::accuracy_dense))
      .column("accuracy", "1", "accuracy of the file's network on the images that judge",
              of_result(&CompressionResult::accuracy))
      .column("test_accuracy_dense", "1", "accuracy before, on the test images",
              of_result(&CompressionResult::test_accuracy_dense))
      .column("test_accuracy", "1", "accuracy of the file's network on the test images",
              of_result(&CompressionResult::test_accuracy))
      .column("parameters", "1", "trained values of the dense network",
              of_result(&CompressionResult::parameters))
      .column("kept", "1", "weights that are not 0", kept)
      .column("file_bytes", "B", "size of the file",
              [](const Compressed& r) { return static_cast<std::int64_t>(r.result.file_bytes); })
      .column("header_bytes", "B", "of it topology, normalisation and checksum",
              [](const Compressed& r) { return static_cast<std::int64_t>(r.result.header_bytes); })
      .column("mask_bytes", "B", "of it which weights are kept",
              [](const Compressed& r) { return static_cast<std::int64_t>(r.result.mask_bytes); })
      .column("value_bytes", "B", "of it what the kept ones are",
              [](const Compressed& r) { return static_cast<std::int64_t>(r.result.value_bytes); })
      .column("bias_bytes", "B", "of it biases, scales and shifts of norms",
              [](const Compressed& r) { return static_cast<std::int64_t>(r.result.bias_bytes); })
      .column("seconds", "s", "wall clock of training and compression",
              of_result(&CompressionResult::seconds))
      .column("error", "", "why it failed; empty where it did not", of_result(&CompressionResult::failure));
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.3";
  return made;
}

}  // namespace flash
