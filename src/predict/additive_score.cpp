#include "flash/predict/additive_score.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "additive_features.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

constexpr double least_accuracy = 0.001;  // of what is linked: at 0 and 1 the score would have no end

class BoundScore : public Score {
 public:
  BoundScore(const AdditiveScore& score, const Space& space)
      : geometry_(space.geometry()),
        features_(space),
        intercept_(score.intercept),
        share_(score.intercept / static_cast<double>(features_.slots() + 1)) {
    for (const AdditiveScore::Weight& weight : score.weights) {
      const auto found = std::ranges::find(features_.all(), weight.feature, &AdditiveFeatures::Feature::name);
      if (found == features_.all().end())
        throw Error(ExitCode::bad_data,
                    "the additive accuracy predictor weighs '" + weight.feature +
                        "', which networks of this space have not: fit it for this space");
      (found->of_shape ? shape_ : slot_).push_back({&*found, weight.weight, weight.centre});
    }
    for (const Stratum& stratum : space.strata())
      for (std::size_t place = 0; place < stratum.slots.size(); ++place) apply(stratum.slots[place], place);
  }

  const std::string& name() const override {
    static const std::string text = "additive";
    return text;
  }

  // Each slot has an equal share of the intercept, so that no table falls below 0: the sweep's kernels ask
  // for that.
  double base(ShapeView shape) const override {
    double sum = intercept_;
    for (const Part& part : shape_) sum += part.weight * features_.of_shape(*part.feature, shape);
    const std::vector<Slot> slots = geometry_.slots(shape);
    for (std::size_t place = 0; place < slots.size(); ++place)
      sum += applied(slots[place], place).centred - share_;
    return sum;
  }

  double part(ShapeView shape, std::size_t slot, std::int64_t, std::int64_t option) const override {
    const Slot of = geometry_.slots(shape)[slot];
    double sum = share_;
    for (const Part* part : applied(of, slot).parts)
      sum += part->weight * (features_.of_option(*part->feature, of, option) - part->centre);
    return sum;
  }

  // The same sums in the same order. What a slot has of its own and what it shares with others rest on the same
  // values.
  std::vector<double> parts(ShapeView shape, std::size_t slot, std::int64_t options) const override {
    const Slot of = geometry_.slots(shape)[slot];
    std::vector<double> sums(static_cast<std::size_t>(options), share_);
    std::map<std::size_t, std::vector<double>> known;
    for (const Part* part : applied(of, slot).parts) {
      std::vector<double>& values = known[part->feature->index];
      for (auto k = std::ssize(values); k < options; ++k)
        values.push_back(features_.of_option(*part->feature, of, k));
      for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += part->weight * (values[k] - part->centre);
    }
    return sums;
  }

 private:
  struct Part {
    const AdditiveFeatures::Feature* feature = nullptr;
    double weight = 0;
    double centre = 0;
  };
  // What is weighed of slots of a kind at a place: where there are thousands of strata, that is asked often.
  struct Applied {
    bool known = false;
    std::vector<const Part*> parts;
    double centred = 0;  // what centres take from the slot
  };

  void apply(const Slot& slot, std::size_t place) {
    if (applied_.size() <= slot.kind) applied_.resize(slot.kind + 1);
    std::vector<Applied>& places = applied_[slot.kind];
    if (places.size() <= place) places.resize(place + 1);
    Applied& applied = places[place];
    if (applied.known) return;
    applied.known = true;
    for (const Part& part : slot_) {
      if (!features_.applies(*part.feature, slot, place)) continue;
      applied.parts.push_back(&part);
      applied.centred += part.weight * part.centre;
    }
  }
  const Applied& applied(const Slot& slot, std::size_t place) const { return applied_[slot.kind][place]; }

  const Geometry& geometry_;
  const AdditiveFeatures features_;
  const double intercept_;
  const double share_;  // of the intercept, a slot's
  std::vector<Part> shape_, slot_;
  std::vector<std::vector<Applied>> applied_;  // [kind][place]
};

}  // namespace

AccuracyModel additive_link() { return {.a = 1, .b = link_offset * link_offset, .c = -link_offset}; }

double linked_score(double accuracy) {
  const double kept = std::clamp(accuracy, least_accuracy, 1 - least_accuracy);
  return link_offset * link_offset / (link_offset - std::log(kept / (1 - kept)));
}

std::unique_ptr<const Score> bound_score(const AdditiveScore& score, const Space& space) {
  return std::make_unique<BoundScore>(score, space);
}

Json to_json(const AdditiveScore& score) {
  Json weights = Json::array();
  for (const AdditiveScore::Weight& weight : score.weights)
    weights.push_back({{"feature", weight.feature}, {"weight", weight.weight}, {"centre", weight.centre}});
  return {{"intercept", score.intercept}, {"weights", std::move(weights)}};
}

AdditiveScore additive_score_from_json(const Json& json) {
  const JsonReader reader(json, "additive score");
  AdditiveScore score{reader.get<double>("intercept"), {}};
  const Json& weights = reader.at("weights");
  if (!weights.is_array()) reader.fail("has a wrong value at key 'weights': expected an array");
  std::set<std::string> known;
  for (const Json& entry : weights) {
    const JsonReader weight(entry, "additive score, weights,");
    score.weights.push_back(
        {weight.get<std::string>("feature"), weight.get<double>("weight"), weight.get<double>("centre")});
    if (!known.insert(score.weights.back().feature).second)
      reader.fail("weighs '" + score.weights.back().feature + "' twice");
  }
  return score;
}

}  // namespace flash
