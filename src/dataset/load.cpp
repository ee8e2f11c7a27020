#include <algorithm>
#include <cmath>

#include "flash/core/random.hpp"

#include "flash/dataset/hold_out.hpp"
#include "flash/dataset/source.hpp"

namespace flash {
namespace {

// Exact integer sums, so that the order of adding plays no part.
void compute_statistics(Data& data) {
  const ImageSet& set = data.train;
  const std::size_t plane = static_cast<std::size_t>(set.side) * static_cast<std::size_t>(set.side);
  const auto channels = static_cast<std::size_t>(set.channels);
  const double count = static_cast<double>(set.size() * plane);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (std::size_t image = 0; image < set.size(); ++image) {
      const std::uint8_t* pixels = &set.pixels[(image * channels + channel) * plane];
      for (std::size_t i = 0; i < plane; ++i) {
        sum += pixels[i];
        squares += std::uint64_t{pixels[i]} * pixels[i];
      }
    }
    const double mean = static_cast<double>(sum) / count;
    const double variance = std::max(0.0, static_cast<double>(squares) / count - mean * mean);
    data.mean.push_back(static_cast<float>(mean / 255));
    data.std_dev.push_back(static_cast<float>(std::max(1.0, std::sqrt(variance)) / 255));
  }
}

}  // namespace

Data load_data(const DataSource& source) {
  Data data = checked_source(source).load(without_test_share(source));
  data.classes = static_cast<int>(data.class_names.size());
  if (source.test_share > 0)
    data.test = dataset::hold_out(data.train, source.test_share, derive_seed(source.seed, "test", 0),
                                  "data.test_share");
  if (source.validation_share > 0)
    data.validation = dataset::hold_out(data.train, source.validation_share,
                                        derive_seed(source.seed, "validation", 0), "data.validation_share");
  compute_statistics(data);
  return data;
}

}  // namespace flash
