// Checkpoints of trainings: as files, and sealed, so that mutations reach what lies behind the digest.
#include "flash/core/hash.hpp"
#include "flash/task/checkpoint.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {
namespace {

const TrainingExtent extent{.attempts = 3, .epochs = 4, .batches = 10, .judging_images = 50, .values = 6};

std::string body_of(const std::string& file) { return file.substr(file.find('\n', file.find('\n') + 1) + 1); }

std::string sealed(const std::string& body) {
  return "flash-checkpoint 1\n" + sha256_hex(body) + '\n' + body;
}

void read(const std::string& file) {
  TrainingCheckpoint checkpoint;
  if (!accepts([&] { checkpoint = decode_checkpoint(file, "key", extent); })) return;
  const TrainingPosition& position = checkpoint.position;
  require(position.attempt >= 1 && position.attempt <= extent.attempts &&
              std::cmp_less(position.curve.size(), extent.epochs) && position.batches >= 0 &&
              position.batches <= extent.batches && position.tested >= 0 &&
              position.tested <= extent.judging_images && position.right >= 0 &&
              position.right <= position.tested && checkpoint.values.size() == extent.values,
          "a position that no such training has");
  const std::string again = encode_checkpoint("key", checkpoint);
  require(again == encode_checkpoint("key", decode_checkpoint(again, "key", extent)),
          "what is read is not what is written");
}

}  // namespace

// Bodies, and whole files.
std::vector<std::string> seeds() {
  TrainingCheckpoint checkpoint;
  checkpoint.values = {0, 1, -1, 0.5F, 1e-40F, 3e38F};
  std::vector<std::string> all{body_of(encode_checkpoint("key", checkpoint))};
  checkpoint.position.attempt = 2;
  checkpoint.position.curve = {{1, 2.25, 0.1, 3.5}, {2, 1.0 / 3.0, 0.9, 3.25}};
  checkpoint.position.batches = extent.batches;
  checkpoint.position.loss_sum = 0.7;
  checkpoint.position.tested = extent.judging_images;
  checkpoint.position.right = 30;
  checkpoint.position.seconds = 9;
  checkpoint.position.epoch_start = 8;
  all.push_back(encode_checkpoint("key", checkpoint));
  all.push_back(body_of(all.back()));
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash::fuzz;
  const std::string bytes = text(data, size);
  read(bytes);
  read(sealed(bytes));
  return 0;
}
