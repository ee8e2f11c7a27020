#include "flash/job/cost_estimate.hpp"

#include <cmath>
#include <cstdio>

#include "flash/core/error.hpp"
#include "flash/job/plan.hpp"

namespace flash {
namespace {

// Measured with dense-cells networks on one core with AVX-512; small layers are slower, large ones faster.
constexpr double training_gmac_per_s = 15;
constexpr double sweep_per_s = 2e8;  // configurations
constexpr double long_core_seconds = 6 * 3600;

std::string duration(double seconds) {
  char text[64];
  if (seconds < 120) {
    std::snprintf(text, sizeof text, "%.0f core-seconds", seconds);
  } else if (seconds < 7200) {
    std::snprintf(text, sizeof text, "%.0f core-minutes", seconds / 60);
  } else {
    std::snprintf(text, sizeof text, "%.0f core-hours", seconds / 3600);
  }
  return text;
}

struct ImageCounts {
  std::size_t train = 0;
  std::size_t test = 0;
  bool assumed = false;
};

// Of the data set; where its files are not there yet, those of the published set that its source reads.
ImageCounts image_counts(const DataSource& data) {
  try {
    const DataShape shape = inspect_data(data);
    return {shape.train_images, shape.test_images};
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input || data.source == "folder") throw;
    ImageCounts counts{data.source == "idx" ? std::size_t{60'000} : std::size_t{50'000}, 10'000, true};
    if (data.train_images > 0) counts.train = static_cast<std::size_t>(data.train_images);
    if (data.test_images > 0) counts.test = static_cast<std::size_t>(data.test_images);
    return counts;
  }
}

}  // namespace

CostEstimate estimate_cost(const Job& job, const Space& space) {
  CostEstimate estimate;
  try {
    const ImageCounts images = image_counts(job.data);
    estimate.training_gmac = training_macs(job, space, images.train, images.test) / 1e9;
    if (images.assumed) {
      estimate.warnings.push_back("the data set is not there: its cost is that of " +
                                  std::to_string(images.train) + " training and " +
                                  std::to_string(images.test) + " test images");
    }
  } catch (const Error& error) {
    if (error.code() == ExitCode::bad_job) throw;
    estimate.warnings.emplace_back("the cost of training is not known without the data");
  }
  estimate.training_core_seconds = estimate.training_gmac / training_gmac_per_s;
  estimate.sweep_core_seconds = 3 * static_cast<double>(space.size()) / sweep_per_s;
  if (estimate.training_core_seconds > long_core_seconds) {
    estimate.warnings.push_back(
        "training will take about " + duration(estimate.training_core_seconds) +
        " on processors; lower sample.max_mmacs, train.epochs or data.train_images, choose a smaller "
        "preset, or train on a GPU (train.device)");
  }
  return estimate;
}

std::string CostEstimate::text() const {
  char gmac[32];
  std::snprintf(gmac, sizeof gmac, "%.3g", training_gmac);
  return std::string("training ") + gmac + " GMAC, about " + duration(training_core_seconds) +
         "; sweep about " + duration(sweep_core_seconds);
}

}  // namespace flash
