// [sample], [train], [predictor] and [hardware]: what is trained and measured, and how.
#include <algorithm>

#include "option_builder.hpp"

namespace flash {
namespace {

constexpr IntegerRange networks{4, 100'000};  // a fit has up to three coefficients and needs one sample more
constexpr IntegerRange held_out{0, 100'000};
constexpr IntegerRange batches{1, 65'536};
constexpr IntegerRange thread_counts{1, 1'024};

constexpr const char* devices = "cpu | cuda | cuda:N";

bool is_device(const Json& value) {
  const auto device = value.get<std::string>();
  if (device == "cpu" || device == "cuda") return true;
  const std::string prefix = "cuda:";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return device.starts_with(prefix) && device.size() > prefix.size() && device.size() <= prefix.size() + 2 &&
         std::all_of(device.begin() + static_cast<std::ptrdiff_t>(prefix.size()), device.end(), is_digit);
}

}  // namespace

void add_sample_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::sample, member); };
  SectionBuilder sample(options, "sample");
  sample.integer("count", networks, at(&SampleSettings::count),
                 "Networks trained to fit the accuracy predictor.");
  sample.integer("holdout", held_out, at(&SampleSettings::holdout),
                 "More networks, trained to test the fit.");
  sample
      .number("max_mmacs", at_least(0), at(&SampleSettings::max_mmacs),
              "Train only networks of at most so many million multiply-accumulates an image; 0: any.")
      .unit = "MMAC";
}

void add_train_options(std::vector<Option>& options) {
  using Settings = TrainingSettings;
  const auto at = [](auto member) { return field(&Job::training, member); };
  SectionBuilder train(options, "train");
  train.integer("epochs", {1, 100'000}, at(&Settings::epochs), "Passes over the training images.");
  train.integer("batch", batches, at(&Settings::batch), "Images of a training step.").unit = "images";
  train.word("optimiser", {"sgd", "adam"}, at(&Settings::optimiser),
             "Stochastic gradient descent with Nesterov momentum, or Adam.");
  train.number("learning_rate", {.min = 0, .max = 10, .open_min = true}, at(&Settings::learning_rate),
               "Learning rate of the first step.");
  train.number("momentum", {.min = 0, .max = 1, .open_max = true}, at(&Settings::momentum),
               "Nesterov momentum of sgd.");
  train.number("weight_decay", from_to(0, 1), at(&Settings::weight_decay), "L2 penalty on the weights.");
  train.word("schedule", {"cosine", "constant"}, at(&Settings::schedule),
             "Learning rate over the steps: cosine decay to 0, or as it is.");
  train
      .integer("crop", {0, 64}, at(&Settings::crop),
               "Augmentation: pixels of padding for random crops; 0: no crops.")
      .unit = "pixels";
  train.boolean("flip", at(&Settings::flip), "Augmentation: mirror images at random.");
  train.integer("threads", thread_counts, at(&Settings::threads),
                "Threads of LibTorch in each rank's trainer.");
  train.text("device", devices, is_device, at(&Settings::device),
             "Where networks are trained; cuda needs a CUDA build of LibTorch.");
  train.integer(
      "retries", {0, 10}, at(&Settings::retries),
      "New tries of a network that diverged or stayed at chance, each at a third of the learning rate.");
}

void add_predictor_options(std::vector<Option>& options) {
  SectionBuilder predictor(options, "predictor");
  predictor.choice<DegreeReading>("reading",
                                  {{"links", DegreeReading::links}, {"channels", DegreeReading::channels}},
                                  field(&Job::reading),
                                  "What NN-Degree counts as a skip: links between channels, or concatenated "
                                  "channels. Reports show both.");
}

void add_hardware_options(std::vector<Option>& options) {
  using Settings = HardwareSettings;
  using Host = HostMeasurementSettings;
  const auto at = [](auto... members) { return field(&Job::hardware, members...); };
  SectionBuilder hardware(options, "hardware");
  hardware.word("target", {"host"}, at(&Settings::target),
                "What the networks are measured on; host: this machine, which gives latency alone.");
  hardware.integer("count", networks, at(&Settings::count), "Networks measured to fit the hardware models.");
  hardware.integer("holdout", held_out, at(&Settings::holdout), "More networks, measured to test the fit.");
  hardware
      .number("max_mmacs", at_least(0), at(&Settings::max_mmacs),
              "Measure only networks of at most so many million multiply-accumulates an image; 0: any.")
      .unit = "MMAC";
  hardware.integer("batch", batches, at(&Settings::host, &Host::batch), "Images of a measured forward pass.")
      .unit = "images";
  hardware.integer("threads", thread_counts, at(&Settings::host, &Host::threads),
                   "Threads of LibTorch while measuring.");
  hardware.integer("repeats", {1, 1'000'000}, at(&Settings::host, &Host::repeats),
                   "Timed forward passes of a network; their median counts.");
  hardware.integer("warmup", {0, 1'000'000}, at(&Settings::host, &Host::warmup),
                   "Forward passes before those.");
  hardware.text("device", devices, is_device, at(&Settings::host, &Host::device),
                "Where networks run while they are measured.");
}

}  // namespace flash
