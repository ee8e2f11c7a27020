#include "flash/hardware/layer_form.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

constexpr int most_bits = 64;
constexpr std::array<std::string_view, 3> kind_names{"dense", "sparse", "shift_add"};

bool is_share(double x) { return x > 0 && x <= 1; }

// What is wrong with a form, or "".
std::string fault(const LayerForm& form) {
  if (form.bits < 1 || form.bits > most_bits) return "a weight of " + std::to_string(form.bits) + " bits";
  if (!is_share(form.kept) || !is_share(form.rows_kept) || !is_share(form.filters_kept))
    return "a share that is not above 0 and at most 1";
  if (!(form.index_bits >= 0) || !(form.extra_bits >= 0)) return "places or bases of less than 0 bits";
  return "";
}

}  // namespace

Json to_json(const LayerForm& form) {
  return {{"kind", kind_names[static_cast<std::size_t>(form.kind)]},
          {"bits", form.bits},
          {"kept", form.kept},
          {"index_bits", form.index_bits},
          {"extra_bits", form.extra_bits},
          {"rows_kept", form.rows_kept},
          {"filters_kept", form.filters_kept}};
}

LayerForm layer_form_from_json(const Json& json) {
  const JsonReader reader(json, "form of a layer");
  const auto kind = std::ranges::find(kind_names, reader.get<std::string>("kind"));
  if (kind == kind_names.end()) reader.fail("has a wrong value at key 'kind'");
  return {.kind = static_cast<LayerForm::Kind>(kind - kind_names.begin()),
          .bits = reader.get<int>("bits"),
          .kept = reader.get<double>("kept"),
          .index_bits = reader.get<double>("index_bits"),
          .extra_bits = reader.get<double>("extra_bits"),
          .rows_kept = reader.get<double>("rows_kept"),
          .filters_kept = reader.get<double>("filters_kept")};
}

std::vector<LayerForm> dense_forms(const NetworkGraph& graph, int bits) {
  std::vector<LayerForm> forms;
  for (const NetworkGraph::Node& node : graph.nodes())
    if (node.op.has_matrix()) forms.push_back({.bits = bits});
  return forms;
}

void check_forms(const NetworkGraph& graph, std::span<const LayerForm> forms) {
  std::size_t layers = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) layers += node.op.has_matrix() ? 1 : 0;
  if (forms.size() != layers)
    throw Error(ExitCode::internal, "forms of layers: " + std::to_string(forms.size()) +
                                        " of them, but the network has " + std::to_string(layers) +
                                        " layers with weights");
  for (std::size_t k = 0; k < layers; ++k)
    if (const std::string what = fault(forms[k]); !what.empty())
      throw Error(ExitCode::internal, "forms of layers: that of layer " + std::to_string(k) + " has " + what);
}

double least_index_bits(double kept) {
  if (kept >= 1) return 0;
  return -std::log2(kept) - (1 - kept) / kept * std::log2(1 - kept);
}

LayerForm pruned_form(Pruned what, double kept, int bits) {
  LayerForm form{.bits = bits, .kept = kept};
  switch (what) {
    case Pruned::weights:
      form.kind = LayerForm::Kind::sparse;
      form.index_bits = least_index_bits(kept);
      break;
    case Pruned::rows:
      form.rows_kept = kept;
      break;
    case Pruned::filters:
      form.filters_kept = kept;
      break;
  }
  return form;
}

}  // namespace flash
