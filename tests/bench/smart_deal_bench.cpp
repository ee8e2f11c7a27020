// SmartDeal on real images: what a decomposed network loses, and what training it further stores and loses.
//   bench_smart_deal SETTING DATA [KEY=VALUE ...]
// SETTING: inference (decomposed and retrained), adaptation (trained on the first half of the classes, the decomposition
// then on the others), fine-tuning (on one half of the images, then on the other). The last two train as many epochs in
// single precision beside it. DATA: a folder with CIFAR-10's binary files train*.bin and test*.bin. Keys:
//   space      JSON of a space that is but one network   images, test_images  so many; 0: all
//   halved     1: images of half the side, means of four pixels
//   epochs     of training before                        compress_epochs      of the compression
//   seed, ratio, threshold, row_threshold, group_rows, block_rows, bias_bits, learning_rate: as the settings have them
//   last_bits  of the last layer's levels; 0: decomposed like the others
//   further    epochs of adaptation or fine-tuning       variant              of inference: retrain or switch
//   keep       a folder for networks that are trained: they are not trained again
//   file       where the compressed network is written
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>

#include "flash/compress/deal_training.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/space/families/families.hpp"
#include "flash/train/compress_network.hpp"

namespace flash {
namespace {

const char* const small_resnet =
    R"({"family": "resnet", "wm": [1], "widths": [12, 24, 72], "blocks": [2], "depth_mode": "equal",
        "shares": [100], "residual_block": "basic", "stem": "cifar", "shortcut": "padded", "activation": "post",
        "input": {"channels": 3, "side": 32, "classes": 10}})";

struct Options {
  std::map<std::string, std::string> values;
  std::string text(const char* key, const char* otherwise) const {
    const auto found = values.find(key);
    return found == values.end() ? otherwise : found->second;
  }
  double number(const char* key, double otherwise) const {
    const auto found = values.find(key);
    return found == values.end() ? otherwise : std::stod(found->second);
  }
  int whole(const char* key, int otherwise) const { return static_cast<int>(number(key, otherwise)); }
};

// The end of a training, whatever version of the program was there.
class KeptTraining : public CheckpointStore {
 public:
  explicit KeptTraining(std::filesystem::path file) : file_(std::move(file)) {}
  std::optional<TrainingCheckpoint> read(const TrainingExtent& extent) override {
    std::ifstream in(file_, std::ios::binary);
    TrainingCheckpoint found;
    EpochRecord record;
    std::size_t epochs = 0;
    in.read(reinterpret_cast<char*>(&epochs), sizeof epochs);
    for (std::size_t k = 0; in && k < epochs; ++k) {
      in.read(reinterpret_cast<char*>(&record), sizeof record);
      found.position.curve.push_back(record);
    }
    in.read(reinterpret_cast<char*>(&found.position.right), sizeof found.position.right);
    found.position.batches = extent.batches;
    found.position.tested = extent.judging_images;
    found.values.resize(extent.values);
    in.read(reinterpret_cast<char*>(found.values.data()),
            static_cast<std::streamsize>(sizeof(float) * extent.values));
    return in ? std::optional(std::move(found)) : std::nullopt;
  }
  bool due() const override { return false; }
  bool wants_last() const override { return true; }
  void write(const TrainingCheckpoint& checkpoint) override {
    std::ofstream out(file_, std::ios::binary);
    const std::size_t epochs = checkpoint.position.curve.size();
    out.write(reinterpret_cast<const char*>(&epochs), sizeof epochs);
    for (const EpochRecord& record : checkpoint.position.curve)
      out.write(reinterpret_cast<const char*>(&record), sizeof record);
    out.write(reinterpret_cast<const char*>(&checkpoint.position.right), sizeof checkpoint.position.right);
    out.write(reinterpret_cast<const char*>(checkpoint.values.data()),
              static_cast<std::streamsize>(sizeof(float) * checkpoint.values.size()));
  }

 private:
  std::filesystem::path file_;
};

template <class Keep>
ImageSet some_of(const ImageSet& set, const Keep& keep, int first_class = 0) {
  ImageSet some{.channels = set.channels, .side = set.side};
  const std::size_t size = set.pixels.size() / std::max<std::size_t>(set.size(), 1);
  std::vector<int> had(max_classes);
  for (std::size_t k = 0; k < set.size(); ++k) {
    const int label = set.labels[k];
    if (!keep(label, had[static_cast<std::size_t>(label)]++)) continue;
    some.labels.push_back(static_cast<Label>(label - first_class));
    const auto from = set.pixels.begin() + static_cast<std::ptrdiff_t>(k * size);
    some.pixels.insert(some.pixels.end(), from, from + static_cast<std::ptrdiff_t>(size));
  }
  return some;
}

ImageSet halved(const ImageSet& set) {
  ImageSet small{.channels = set.channels, .side = set.side / 2, .pixels = {}, .labels = set.labels};
  const auto side = static_cast<std::size_t>(set.side);
  const std::size_t planes = set.size() * static_cast<std::size_t>(set.channels);
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t y = 0; y + 1 < side; y += 2)
      for (std::size_t x = 0; x + 1 < side; x += 2) {
        const std::uint8_t* at = &set.pixels[(p * side + y) * side + x];
        small.pixels.push_back(static_cast<std::uint8_t>((at[0] + at[1] + at[side] + at[side + 1] + 2) / 4));
      }
  return small;
}

Data of_classes(const Data& all, int first, int last) {
  Data data = all;
  const auto keep = [&](int label, int) { return label >= first && label < last; };
  data.train = some_of(all.train, keep, first);
  data.test = some_of(all.test, keep, first);
  data.validation = some_of(all.validation, keep, first);
  data.classes = last - first;
  return data;
}

Data half_of(const Data& all, int half) {
  Data data = all;
  data.train = some_of(all.train, [&](int, int had) { return had % 2 == half; });
  return data;
}

void print(const char* what, const CompressionResult& result) {
  std::printf("%-28s %6.2f %% of the judging images, %6.2f %% of the test images%s%s (%.0f s)\n", what,
              100 * result.accuracy, 100 * result.test_accuracy, result.ok ? "" : ": ",
              result.failure.c_str(), result.seconds);
}

void print_sizes(const CompressedTraining& made) {
  const CompressionResult& r = made.result;
  std::printf(
      "file %zu bytes, %.1f times smaller than %lld parameters of 4 bytes: header %zu, masks %zu, values %zu, "
      "biases and norms %zu\n",
      r.file_bytes, 4.0 * static_cast<double>(r.parameters) / static_cast<double>(r.file_bytes),
      static_cast<long long>(r.parameters), r.header_bytes, r.mask_bytes, r.value_bytes, r.bias_bytes);
  const DealStorage s = deal_storage(*made.network);
  const auto share = [&](double bits) { return bits / static_cast<double>(s.parameters); };
  std::printf(
      "parameters while trained: %.2f bits each (codes %.2f, counters %.2f, masks %.2f, bases %.2f, all else in "
      "single precision %.2f), %.1f times smaller than single precision\n",
      share(s.bits()), share(s.codes), share(s.counters), share(s.masks), share(s.bases), share(s.others),
      s.smaller());
  for (const int batch : {1, 64}) {
    const TrainingEnergy e = training_energy(*made.network, batch);
    std::printf(
        "modelled energy of training, an image at batch %d: %.0f uJ against %.0f uJ in single precision (%.2f "
        "times less)\n",
        batch, 1e-6 * e.decomposed, 1e-6 * e.single_precision, e.single_precision / e.decomposed);
  }
}

int run(const std::string& setting, const std::string& folder, const Options& options) {
  DataSource source{.source = "cifar10"};
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!name.ends_with(".bin")) continue;
    if (name.starts_with("train")) source.train.push_back(entry.path());
    if (name.starts_with("test")) source.test.push_back(entry.path());
  }
  source.train_images = options.whole("images", 10'000);
  source.test_images = options.whole("test_images", 0);
  source.validation_share = 0.1;
  Data all = load_data(source);
  const bool halves = options.whole("halved", 0) != 0;
  if (halves)
    for (ImageSet* set : {&all.train, &all.validation, &all.test}) *set = halved(*set);
  const int half = all.classes / 2;
  Data data = all, other = all;
  SpaceDefinition definition = space_definition_from_json(Json::parse(options.text("space", small_resnet)));
  definition.input.side = all.train.side;
  if (setting == "adaptation") {
    data = of_classes(all, 0, half);
    other = of_classes(all, half, 2 * half);
    definition.input.classes = half;
  } else if (setting == "fine-tuning") {
    data = half_of(all, 0);
    other = half_of(all, 1);
  } else if (setting != "inference") {
    throw Error(ExitCode::usage, "the setting is inference, adaptation or fine-tuning, not " + setting);
  }
  const Space space(definition);
  const Point point = space.point(NetworkId{0});
  TrainingSettings training{.epochs = options.whole("epochs", 20), .retries = 0};
  training.learning_rate = options.number("dense_rate", 0.05);
  const auto seed = static_cast<std::uint64_t>(options.whole("seed", 1));

  CompressionSettings deal{.method = "smartdeal",
                           .ratio = options.number("ratio", 1.5),
                           .stages = 1,
                           .bias_bits = options.whole("bias_bits", 10),
                           .group_rows = options.whole("group_rows", 8)};
  deal.epochs = options.whole("compress_epochs", 14);
  deal.learning_rate = options.number("learning_rate", 1e-3);
  deal.variant = options.text("variant", setting == "inference" ? "retrain" : "switch");
  deal.block_rows = options.whole("block_rows", 192);
  deal.threshold = options.number("threshold", 0.7);
  deal.row_threshold = options.number("row_threshold", 0);
  int layers = 0;
  const NetworkGraph graph = space.lower(point, seed);
  for (const NetworkGraph::Node& node : graph.nodes()) layers += node.op.has_matrix() ? 1 : 0;
  if (const int bits = options.whole("last_bits", 8); bits > 0) deal.layers.push_back({layers - 1, 0, bits});

  std::optional<KeptTraining> kept;
  if (const std::string keep = options.text("keep", ""); !keep.empty()) {
    std::filesystem::create_directories(keep);
    kept.emplace(std::filesystem::path(keep) /
                 (setting + "-" + std::to_string(seed) + "-" + std::to_string(training.epochs) + "-" +
                  std::to_string(all.train.size()) + "-" + std::to_string(space.counts(point).parameters)));
  }
  const CompressionStores stores{kept ? &*kept : nullptr, nullptr};
  if (setting == "inference") {
    const CompressedTraining made = compress_network(space, point, data, training, deal, seed, stores);
    std::printf("dense %6.2f %% of the judging images, %6.2f %% of the test images\n",
                100 * made.result.accuracy_dense, 100 * made.result.test_accuracy_dense);
    std::printf("phases:");
    for (const double accuracy : made.result.phase_accuracy) std::printf(" %.2f", 100 * accuracy);
    print("\ndecomposed", made.result);
    if (made.result.ok) {
      print_sizes(made);
      if (const std::string file = options.text("file", ""); !file.empty())
        write_file_atomically(file, made.file);
    }
    return made.result.ok ? 0 : 1;
  }
  // As many epochs for both: `further` of the last phase, those before it on the first images.
  const int further = options.whole("further", 10);
  CompressionSettings single{.method = "magnitude", .ratio = 1, .stages = 1, .bits = 32, .bias_bits = 32};
  single.epochs = further;
  single.learning_rate = deal.learning_rate;
  deal.epochs = deal.ratio > 1 ? further * 20 / 6 : further * 16 / 6;
  const CompressedTraining fp32 =
      compress_network(space, point, data, training, single, seed, stores, &other);
  std::printf("dense, of the first images: %6.2f %% of the judging, %6.2f %% of the test images\n",
              100 * fp32.result.accuracy_dense, 100 * fp32.result.test_accuracy_dense);
  print("single precision, then others", fp32.result);
  const CompressedTraining made = compress_network(space, point, data, training, deal, seed, stores, &other);
  std::printf("phases:");
  for (const double accuracy : made.result.phase_accuracy) std::printf(" %.2f", 100 * accuracy);
  print("\ndecomposed, then others", made.result);
  if (made.result.ok) print_sizes(made);
  return made.result.ok && fp32.result.ok ? 0 : 1;
}

}  // namespace
}  // namespace flash

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "bench_smart_deal inference|adaptation|fine-tuning DATA [KEY=VALUE ...]\n");
    return 64;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    flash::Options options;
    for (int k = 3; k < count; ++k) {
      const std::string text = arguments[k];
      const std::size_t equals = text.find('=');
      options.values[text.substr(0, equals)] = equals == std::string::npos ? "1" : text.substr(equals + 1);
    }
    return flash::run(arguments[1], arguments[2], options);
  } catch (const flash::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
