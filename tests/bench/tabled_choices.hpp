// A space whose options have their accuracy and costs as numbers: what others measured, or what a solver is to be held
// against.
#pragma once

#include <istream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/search/evaluator.hpp"

namespace flash {

class TabledChoices : public Geometry {
 public:
  // options[slot][k]: the score, then the costs.
  struct Case {
    std::vector<double> ceilings;
    std::vector<std::vector<std::vector<double>>> options;
  };
  // "SLOTS COSTS CEILING...", then of each slot "OPTIONS" and a line an option, "SCORE COST...". False at the end.
  static bool read(std::istream& in, Case& each) {
    std::size_t slots = 0, costs = 0;
    if (!(in >> slots >> costs)) return false;
    each.ceilings.resize(costs);
    for (double& ceiling : each.ceilings) in >> ceiling;
    each.options.assign(slots, {});
    for (auto& slot : each.options) {
      std::size_t count = 0;
      in >> count;
      slot.assign(count, std::vector<double>(1 + costs));
      for (auto& option : slot)
        for (double& value : option) in >> value;
    }
    if (!in) throw Error(ExitCode::bad_data, "tables: a case ends early");
    return true;
  }
  static Evaluator evaluator(const Case& each) {
    auto geometry = std::make_shared<TabledChoices>(each);
    Models models;
    models.space = {"tabled", {}, {}};
    models.reading = "score";
    models.accuracy = AccuracyModel{1, 10, 0};
    models.target = "tables";
    const std::vector<std::pair<Metric, const char*>> costs{
        {Metric::latency, "macs"}, {Metric::energy, "parameters"}, {Metric::area, "traffic"}};
    Objective objective;
    Constraints constraints;
    for (double& exponent : objective.metric) exponent = 0;
    for (std::size_t c = 0; c < each.ceilings.size(); ++c) {
      models.metrics[costs[c].first] = MetricModel{1e-9, {{costs[c].second, 1}}};
      constraints.metric_max[costs[c].first] = each.ceilings[c];
    }
    return Evaluator(Space(models.space, std::move(geometry)), models, objective, constraints);
  }

  explicit TabledChoices(Case of) : of_(std::move(of)), score_(of_), scores_{&score_} {
    std::size_t most = 0;
    for (const auto& slot : of_.options) most = std::max(most, slot.size());
    for (std::size_t k = 0; k < most; ++k)
      operators_.values.push_back(std::string("o").append(std::to_string(k)));
    operators_.ordered = false;
  }
  std::span<const Axis> shape_axes() const override { return {}; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&operators_, 1}; }
  std::vector<Slot> slots(ShapeView) const override {
    std::vector<Slot> slots;
    for (const auto& slot : of_.options)
      slots.push_back({.options = static_cast<std::int64_t>(slot.size()), .ordered = false});
    return slots;
  }
  NetworkGraph lower(ShapeView, OptionView, std::uint64_t) const override { return NetworkGraph(1, 1); }
  std::unique_ptr<SlotColumns> columns(const Quantities& quantities) const override {
    return std::make_unique<Columns>(of_, quantities);
  }
  std::span<const Score* const> scores() const override { return scores_; }

 private:
  class Columns : public SlotColumns {
   public:
    Columns(const Case& of, const Quantities& quantities) : of_(of), quantities_(quantities) {}
    Column column(ShapeView, std::size_t slot, std::size_t quantity) override {
      const std::string& name = quantities_.names()[quantity];
      const std::size_t cost = name == "macs" ? 1 : name == "parameters" ? 2 : name == "traffic" ? 3 : 0;
      Column column(of_.options[slot].size());
      for (std::size_t k = 0; k < column.size(); ++k)
        column[k] = cost > 0 && cost <= of_.ceilings.size() ? of_.options[slot][k][cost] : 0;
      return column;
    }

   private:
    const Case& of_;
    const Quantities& quantities_;
  };
  class Gain : public Score {
   public:
    explicit Gain(const Case& of) : of_(of) {}
    const std::string& name() const override { return name_; }
    double part(ShapeView, std::size_t slot, std::int64_t, std::int64_t option) const override {
      return of_.options[slot][static_cast<std::size_t>(option)][0];
    }

   private:
    const Case& of_;
    std::string name_ = "score";
  };

  Case of_;
  Axis operators_{.name = "op", .unit = "", .doc = "option"};
  Gain score_;
  std::vector<const Score*> scores_;
};

}  // namespace flash
