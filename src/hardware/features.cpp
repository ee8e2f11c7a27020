#include "flash/hardware/features.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <numeric>

#include "flash/core/error.hpp"
#include "place_features.hpp"

namespace flash {
namespace {

using Column = FeatureColumns::Column;

constexpr int vector_lanes = 16;

double filled_up(int channels) {
  return static_cast<double>((channels + vector_lanes - 1) / vector_lanes * vector_lanes);
}

// Multiply-accumulates where vector units work on 16 channels at once: what is left over takes as long as all 16.
// Images of few channels are read plane by plane.
double vector_macs(const Operator& op) {
  if (!op.has_matrix()) return 0;
  const int in = op.kind == Operator::Kind::linear ? op.in * op.side_in * op.side_in : op.in / op.groups;
  const double read = in <= 4 ? in : filled_up(in);
  return read * filled_up(op.out) * op.kernel * op.kernel * op.side_out * op.side_out;
}

// Counts, layers without the head, and with a tiling the tile costs, else what processors' times hang on: the sums that
// features are made of.
class FeatureQuantities : public Quantities {
 public:
  explicit FeatureQuantities(const std::optional<Tiling>& tiling) {
    if (tiling) tiles_.emplace(*tiling);
    const auto append = [this](std::span<const std::string> more) {
      names_.insert(names_.end(), more.begin(), more.end());
    };
    append(counts_.names());
    names_.emplace_back("cell_layers");
    if (tiles_) {
      append(tiles_->names());
    } else {
      names_.emplace_back("vector_macs");
      names_.emplace_back("joins");
    }
  }
  std::span<const std::string> names() const override { return names_; }
  void add(const Operator& op, std::span<double> sums) const override {
    counts_.add(op, sums.first(count_));
    if (op.opens_layer && !op.head) ++sums[count_];
    if (tiles_) {
      tiles_->add(op, sums.subspan(count_ + 1));
    } else {
      sums[count_ + 1] += vector_macs(op);
      sums[count_ + 2] += op.joins ? 1 : 0;
    }
  }

 private:
  const Quantities& counts_ = count_quantities();
  std::size_t count_ = counts_.names().size();
  std::optional<TileQuantities> tiles_;
  std::vector<std::string> names_;
};

using Of = std::function<Column(std::string_view)>;
// Of the stratum's networks, on average over the options: of the slot, and of the whole network.
struct Means {
  double slot = 0, network = 0;
};
using MeansOf = std::function<Means(std::string_view)>;

// x * tiles^power, sums over the whole network, linear about the stratum's mean network: what the slot adds to it, with
// the product of its own two deviations, which no other slot has a part in.
Column about_mean(const Of& of, const MeansOf& means, std::string_view quantity, double power) {
  const Means tiles = means("tiles"), x = means(quantity);
  const Column own = of(quantity);
  const double base = std::pow(tiles.network, power), slope = power * base / tiles.network;
  return own * base + (of("tiles") - tiles.slot) * (own + (x.network - x.slot)) * slope;
}

// The same where the other slots are as far from their means as this one: exact where all are.
Column in_step(const Of& of, const MeansOf& means, std::string_view quantity, double power) {
  const Means tiles = means("tiles");
  return of(quantity) * std::pow(Column(of("tiles") * (tiles.network / tiles.slot)), power);
}

// Products of a slot's sums, which still depend on the stratum and its own option alone. `of` gives a sum of the slot by
// its name.
struct Product {
  std::string_view name;
  Column (*value)(const Of& of, const MeansOf& means);
};
constexpr std::array<Product, 10> products{
    {{"hop_flits",
      [](const Of& of, const MeansOf&) -> Column { return of("flits") * std::sqrt(of("tiles")); }},
     {"tile_layers", [](const Of& of, const MeansOf&) -> Column { return of("tiles") * of("cell_layers"); }},
     {"tile_cycles",
      [](const Of& of, const MeansOf&) -> Column { return of("tiles") * of("compute_cycles"); }},
     {"bus_side", [](const Of& of, const MeansOf& means) { return about_mean(of, means, "bus_bits", 0.5); }},
     {"load_side",
      [](const Of& of, const MeansOf& means) { return about_mean(of, means, "load_bits", 0.5); }},
     {"bus_in_step", [](const Of& of, const MeansOf& means) { return in_step(of, means, "bus_bits", 0.5); }},
     {"load_in_step",
      [](const Of& of, const MeansOf& means) { return in_step(of, means, "load_bits", 0.5); }},
     {"cycles_in_step",
      [](const Of& of, const MeansOf& means) { return in_step(of, means, "copied_cycles", 1); }},
     {"chip_in_step",
      [](const Of& of, const MeansOf& means) { return in_step(of, means, "load_bits", 1.5); }},
     {"held_in_step",
      [](const Of& of, const MeansOf& means) { return in_step(of, means, "held_loads", 0.5); }}}};

[[noreturn]] void unknown(std::string_view feature) {
  throw Error(ExitCode::bad_data, "hardware model: the space has no feature '" + std::string(feature) + "'");
}

// "macs.2": a quantity or product, of one slot; "macs": of all.
struct FeatureName {
  std::string_view name;
  std::optional<std::size_t> slot;

  FeatureName(std::string_view feature, std::size_t slots, const Quantities& quantities, bool tiled)
      : name(feature.substr(0, feature.find('.'))) {
    const bool product = tiled && std::ranges::find(products, name, &Product::name) != products.end();
    const auto sums = quantities.names();
    if (name == "cell_layers" || (!product && std::ranges::find(sums, name) == sums.end())) unknown(feature);
    if (name.size() == feature.size()) return;
    const std::string_view digits = feature.substr(name.size() + 1);
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || number >= slots) unknown(feature);
    slot = number;
  }
  bool concerns(std::size_t s) const { return !slot || *slot == s; }
};

std::size_t find_quantity(const Quantities& quantities, std::string_view name) {
  const auto found = std::ranges::find(quantities.names(), name);
  if (found == quantities.names().end()) unknown(name);
  return static_cast<std::size_t>(found - quantities.names().begin());
}

// The feature's column, from those of the quantities.
template <class ColumnOf>
Column feature_column(const Quantities& quantities, std::string_view name, bool tiled,
                      const ColumnOf& column_of, const MeansOf& means) {
  const auto by_name = [&](std::string_view quantity) {
    return column_of(find_quantity(quantities, quantity));
  };
  for (const Product& product : products)
    if (tiled && product.name == name) return product.value(by_name, means);
  return by_name(name);
}

}  // namespace

std::vector<std::string> feature_names(const Space& space, const std::optional<Tiling>& tiling) {
  const FeatureQuantities quantities(tiling);
  std::vector<std::string> names;
  for (const std::string& name : quantities.names())
    if (name != "cell_layers") names.push_back(name);
  if (tiling)
    for (const Product& product : products) names.emplace_back(product.name);
  const std::size_t count = space.cells() > 1 ? names.size() : 0;  // the only slot's share is all of it
  for (std::size_t slot = 0; slot < space.cells(); ++slot)
    for (std::size_t i = 0; i < count; ++i) names.push_back(names[i] + "." + std::to_string(slot));
  for (std::string& feature : PlaceFeatures(space).counts()) names.push_back(std::move(feature));
  return names;
}

std::vector<std::vector<double>> slot_features(const Space& space, const Point& point,
                                               const std::vector<std::string>& names,
                                               const std::optional<Tiling>& tiling) {
  const FeatureQuantities quantities(tiling);
  const Stratum& stratum = space.stratum(point);
  std::vector<std::optional<FeatureName>> features;  // nothing: an operator's
  std::optional<PlaceFeatures> places;
  for (const std::string& name : names) {
    features.emplace_back();
    if (!PlaceFeatures::is_one(name)) {
      features.back().emplace(name, space.cells(), quantities, tiling.has_value());
    } else if (!places) {
      places.emplace(space);
    }
  }
  std::vector<std::vector<double>> shares;
  FeatureColumns columns(space, tiling);
  std::vector<double> sums(quantities.names().size());
  for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) {
    std::ranges::fill(sums, 0);
    for (const Operator& op : space.part(point, slot)) quantities.add(op, sums);
    std::vector<double>& values = shares.emplace_back(names.size());
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (!features[i]) {
        std::vector<double> options(static_cast<std::size_t>(stratum.options[slot]));
        places->add(options, 1, names[i], stratum, slot);
        values[i] = options[static_cast<std::size_t>(point.options[slot])];
      } else if (features[i]->concerns(slot)) {
        values[i] = feature_column(
            quantities, features[i]->name, tiling.has_value(),
            [&](std::size_t q) { return Column(sums[q], 1); },
            [&](std::string_view quantity) -> Means {
              const std::vector<double>& slots = columns.means(quantity, stratum);
              return {slots[slot], std::accumulate(slots.begin(), slots.end(), 0.0)};
            })[0];
      }
    }
  }
  return shares;
}

bool rests_on_mean(std::string_view feature) {
  constexpr std::array<std::string_view, 3> alone{"hop_flits", "tile_layers", "tile_cycles"};
  const std::string_view name = feature.substr(0, feature.find('.'));
  return std::ranges::find(products, name, &Product::name) != products.end() &&
         std::ranges::find(alone, name) == alone.end();
}

std::vector<double> stratum_features(const Space& space, const Stratum& stratum,
                                     const std::vector<std::string>& names) {
  std::vector<double> values;
  std::optional<PlaceFeatures> places;
  for (const std::string& name : names) {
    const bool of_place = PlaceFeatures::is_one(name);
    if (of_place && !places) places.emplace(space);
    values.push_back(of_place ? places->of_stratum(name, stratum) : 0);
  }
  return values;
}

std::vector<double> network_features(const Space& space, const Point& point,
                                     const std::vector<std::string>& names,
                                     const std::optional<Tiling>& tiling) {
  std::vector<double> values = stratum_features(space, space.stratum(point), names);
  for (const std::vector<double>& share : slot_features(space, point, names, tiling))
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += share[i];
  return values;
}

FeatureColumns::FeatureColumns(const Space& space, const std::optional<Tiling>& tiling)
    : space_(space),
      tiling_(tiling),
      quantities_(std::make_unique<FeatureQuantities>(tiling)),
      columns_(space.geometry().columns(*quantities_)) {}

const PlaceFeatures& FeatureColumns::places() {
  if (!places_) places_ = std::make_shared<const PlaceFeatures>(space_);
  return *places_;
}

const std::vector<double>& FeatureColumns::means(std::string_view quantity, const Stratum& stratum) {
  const std::size_t q = find_quantity(*quantities_, quantity);
  if (means_of_ != stratum.index) means_.assign(quantities_->names().size(), {});
  means_of_ = stratum.index;
  std::vector<double>& slots = means_[q];
  for (std::size_t slot = slots.size(); slot < stratum.slots.size(); ++slot) {
    const Column column = columns_->column(stratum.shape, slot, q);
    slots.push_back(std::accumulate(std::begin(column), std::end(column), 0.0) /
                    static_cast<double>(column.size()));
  }
  return slots;
}

double FeatureColumns::of_stratum(std::string_view feature, const Stratum& stratum) {
  return PlaceFeatures::is_one(feature) ? places().of_stratum(feature, stratum) : 0;
}

void FeatureColumns::add(std::span<double> values, double coefficient, std::string_view feature,
                         const Stratum& stratum, std::size_t slot) {
  if (PlaceFeatures::is_one(feature)) return places().add(values, coefficient, feature, stratum, slot);
  const FeatureName name(feature, space_.cells(), *quantities_, tiling_.has_value());
  if (!name.concerns(slot)) return;
  const Column column = feature_column(
      *quantities_, name.name, tiling_.has_value(),
      [&](std::size_t q) { return columns_->column(stratum.shape, slot, q); },
      [&](std::string_view quantity) -> Means {
        const std::vector<double>& slots = means(quantity, stratum);
        return {slots[slot], std::accumulate(slots.begin(), slots.end(), 0.0)};
      });
  for (std::size_t k = 0; k < values.size(); ++k) values[k] += coefficient * column[k];
}

}  // namespace flash
