#include "training_checks.hpp"

#include <cmath>
#include <cstdio>
#include <string>

#include "flash/core/error.hpp"

namespace flash {
namespace {

void require(bool condition, const std::string& message) {
  if (!condition) throw Error(ExitCode::bad_job, "training: " + message);
}

}  // namespace

void check_training(const TrainingSettings& settings) {
  require(settings.epochs >= 1, "epochs must be at least 1");
  require(settings.batch >= 2, "batch must be at least 2: one image has no batch statistics");
  require(settings.optimiser == "sgd" || settings.optimiser == "adam", "optimiser must be sgd or adam");
  require(settings.schedule == "cosine" || settings.schedule == "constant",
          "schedule must be cosine or constant");
  require(std::isfinite(settings.learning_rate) && settings.learning_rate > 0,
          "learning_rate must be positive");
  require(settings.momentum >= 0 && settings.momentum < 1, "momentum must be in [0, 1)");
  require(std::isfinite(settings.weight_decay) && settings.weight_decay >= 0,
          "weight_decay must not be negative");
  require(settings.crop >= 0 && settings.crop <= 1024, "crop must be in 0 .. 1024");
  require(settings.threads >= 1 && settings.threads <= 1024, "threads must be in 1 .. 1024");
  require(settings.retries >= 0 && settings.retries <= 100, "retries must be in 0 .. 100");
}

void check_training_data(const Data& data, const Input& input) {
  const auto fits = [&](const ImageSet& set) {
    return set.channels == input.channels && set.side == input.side && set.size() > 0;
  };
  require(fits(data.train) && fits(data.judges()) && fits(data.test) && data.classes == input.classes,
          "the data set is not what the space's networks read: " + std::to_string(input.channels) +
              " channels, " + std::to_string(input.side) + " x " + std::to_string(input.side) + " pixels, " +
              std::to_string(input.classes) + " classes");
  require(data.train.size() >= 2, "the data set needs at least 2 training images");
}

std::string chance_failure(double accuracy, int classes, std::size_t images, bool of_validation) {
  const double chance = 1.0 / classes;
  const double deviation = std::sqrt(chance * (1.0 - chance) / static_cast<double>(images));
  if (accuracy > chance + 2.0 * deviation) return "";
  char text[160];
  std::snprintf(text, sizeof text, "accuracy %.3f is at chance (%.3g), as far as %zu %s images can tell",
                accuracy, chance, images, of_validation ? "validation" : "test");
  return text;
}

}  // namespace flash
