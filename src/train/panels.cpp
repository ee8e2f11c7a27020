#include "panels.hpp"

#include <ATen/ATen.h>

namespace flash {

at::Tensor in_order(const at::Tensor& values) {
  return values.contiguous(is_blocked(values) ? at::MemoryFormat::Contiguous
                                              : at::MemoryFormat::ChannelsLast);
}

at::Tensor new_values(const at::Tensor& like, std::int64_t channels) {
  if (!is_blocked(like))
    return at::empty({like.size(0), channels, like.size(2), like.size(3)},
                     like.options().memory_format(at::MemoryFormat::ChannelsLast));
  const std::int64_t lanes = like.size(4);
  return at::empty({like.size(0), (channels + lanes - 1) / lanes, like.size(2), like.size(3), lanes},
                   like.options());
}

std::vector<float> filled_up(const at::Tensor& channels, std::size_t size) {
  std::vector<float> values(size, 0.0F);
  std::copy_n(channels.data_ptr<float>(), channels.numel(), values.begin());
  return values;
}

std::vector<kernels::Panel> panels_of(const std::vector<at::Tensor>& values, const Reading& reading,
                                      const Layout& to, const std::vector<Destination>& destinations) {
  std::vector<kernels::Panel> panels(to.panels);
  for (kernels::Panel& panel : panels) panel.lanes = to.lanes;
  std::size_t k = 0;  // channel that is written
  for (std::size_t p = 0; p < values.size(); ++p) {
    const Reading::Tap& tap = reading.taps()[p];
    const Layout from(values[p]);
    // A channels-last tap of a blocked result has images too.
    const std::size_t pixels = to.pixels;
    const std::size_t image_stride = from.padded_channels() * pixels;
    const float* data = values[p].data_ptr<float>();
    const std::size_t count = tap.columns.empty() ? size_of(tap.width) : tap.columns.size();
    std::size_t end = 0;  // offset after the run under way
    for (std::size_t j = 0; j < count; ++j, ++k) {
      const std::size_t channel = tap.columns.empty() ? j : size_of(tap.columns[j]);
      const std::size_t offset = channel / from.lanes * pixels * from.lanes + channel % from.lanes;
      std::vector<kernels::Run>& runs = panels[k / to.lanes].runs;
      if (j > 0 && offset == end && channel % from.lanes != 0 && k % to.lanes != 0) {
        ++runs.back().count;
      } else {
        kernels::Run run;
        run.values = data + offset;
        if (destinations[p].gradient != nullptr) run.gradient = destinations[p].gradient + offset;
        run.overwrites = destinations[p].overwrites;
        run.image_stride = image_stride;
        run.pixel_stride = from.lanes;
        run.to = k % to.lanes;
        run.count = 1;
        runs.push_back(run);
      }
      end = offset + 1;
    }
  }
  return panels;
}

}  // namespace flash
