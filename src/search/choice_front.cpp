#include "choice_front.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "choice_goal.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/search/degree_window.hpp"
#include "staircase.hpp"

namespace flash {
namespace {

// What must not be more, the score's negative first: the front's metrics and those with a ceiling; of one with a part
// that is a maximum its sum and that part.
struct Dimension {
  Metric metric = Metric::latency;
  bool most = false;
};

// What the first slots of a stratum may add up to.
struct Part {
  double score = 0;  // positive is good
  Corner costs{};
  std::uint32_t before = 0;  // among all parts, the one that it extends; of a stratum's start the stratum
  std::uint32_t tables = 0;  // those of its last slot
  std::int32_t option = -1;  // of that slot; -1: a start
};

// What a slot adds at each option. Many slots have the same.
struct SlotTables {
  std::vector<double> scores;
  std::vector<Corner> costs;
  double most_score = 0;
  Corner least_costs{};
};

class ChoiceFront {
 public:
  ChoiceFront(const Evaluator& evaluator, const std::vector<Metric>& metrics,
              const std::function<bool()>& stop, const ParetoLimits& limits)
      : evaluator_(evaluator), metrics_(metrics), stop_(stop), limits_(limits) {
    const double floor = evaluator.constraints().accuracy_min;
    sign_ = evaluator.degree_is_idle() ? 0 : evaluator.degree_helps() ? 1 : -1;
    const DegreeWindow window = degree_window(evaluator, floor);
    if (sign_ != 0 && std::isfinite(floor)) floor_ = sign_ > 0 ? window.maybe_low : -window.maybe_high;
    for (const Metric m : evaluator.metrics()) {
      const bool bounded = std::isfinite(evaluator.constraints().metric_max[m]);
      if (!bounded && std::ranges::find(metrics, m) == metrics.end()) continue;
      dimensions_.push_back({m, false});
      if (!evaluator.tables(0).metric[m].most.empty()) dimensions_.push_back({m, true});
    }
    if (dimensions_.size() + 1 > Corner{}.size())
      throw Error(ExitCode::bad_job, "Pareto front: too many metrics are bounded or asked for: take fewer");
  }

  ParetoFront run() {
    const Stopwatch watch;
    front_.metrics = metrics_;
    start();
    while (!waiting_.empty() && front_.complete) {
      const auto next = waiting_.begin();  // the longest way to go
      const Way way = next->first;
      std::vector<Part> parts = undominated(std::move(next->second), way);
      waiting_.erase(next);
      if (way.empty()) {
        collect(parts);
      } else {
        extend(std::move(parts), way);
      }
    }
    thin();
    if (front_.points.size() > limits_.points)
      throw Error(ExitCode::bad_job, "Pareto front: more than " + std::to_string(limits_.points) +
                                         " points: constrain the search, or take fewer metrics");
    front_.seconds = watch.seconds();
    return std::move(front_);
  }

 private:
  using Way = std::vector<std::uint32_t>;  // tables of the slots to come
  struct LongestFirst {
    bool operator()(const Way& a, const Way& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };

  void start() {
    for (const Stratum& stratum : evaluator_.space().strata()) {
      const StratumTables& tables = evaluator_.tables(stratum.index);
      Way way;
      for (std::size_t s = 0; s < stratum.cells(); ++s) way.push_back(tables_of(tables, s));
      Part part;
      part.score = sign_ * tables.degree.base;
      part.before = static_cast<std::uint32_t>(stratum.index);
      for (std::size_t d = 0; d < dimensions_.size(); ++d)
        part.costs[d] = dimensions_[d].most ? 0 : tables.metric[dimensions_[d].metric].base;
      if (may_keep(part, way, 0)) waiting_[std::move(way)].push_back(part);
    }
  }

  std::uint32_t tables_of(const StratumTables& tables, std::size_t slot) {
    std::vector<std::span<const double>> columns;
    for (const Dimension& d : dimensions_) {
      const Term& term = tables.metric[d.metric];
      columns.push_back(d.most ? term.most[slot] : term.sum[slot]);
    }
    std::vector<const double*> key{tables.degree.sum[slot].data()};
    for (const auto& column : columns) key.push_back(column.data());
    const auto [place, is_new] =
        known_.try_emplace(std::move(key), static_cast<std::uint32_t>(tables_.size()));
    if (!is_new) return place->second;
    SlotTables& made = tables_.emplace_back();
    const std::size_t options = tables.degree.sum[slot].size();
    made.most_score = -unbounded;
    made.least_costs.fill(unbounded);
    for (std::size_t k = 0; k < options; ++k) {
      made.scores.push_back(sign_ == 0 ? 0 : sign_ * tables.degree.sum[slot][k]);
      Corner& costs = made.costs.emplace_back();
      for (std::size_t d = 0; d < dimensions_.size(); ++d) costs[d] = columns[d][k];
      made.most_score = std::max(made.most_score, made.scores.back());
      for (std::size_t d = 0; d < dimensions_.size(); ++d)
        made.least_costs[d] = std::min(made.least_costs[d], costs[d]);
    }
    return place->second;
  }

  // Whether a part may still keep to the bounds on the way from a slot on.
  bool may_keep(const Part& part, const Way& way, std::size_t from) const {
    double score = part.score;
    Corner costs = part.costs;
    for (std::size_t s = from; s < way.size(); ++s) {
      score += tables_[way[s]].most_score;
      for (std::size_t d = 0; d < dimensions_.size(); ++d) {
        const double least = tables_[way[s]].least_costs[d];
        costs[d] = dimensions_[d].most ? std::max(costs[d], least) : costs[d] + least;
      }
    }
    if (score < floor_) return false;
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      if (dimensions_[d].most) continue;
      const bool has_most = d + 1 < dimensions_.size() && dimensions_[d + 1].most;
      const double least = costs[d] + (has_most ? costs[d + 1] : 0);
      if (least > evaluator_.constraints().metric_max[dimensions_[d].metric]) return false;
    }
    return true;
  }

  void extend(std::vector<Part> parts, const Way& way) {
    const std::size_t first = parts_.size();
    parts_.insert(parts_.end(), parts.begin(), parts.end());
    front_.boxes += parts.size();
    if (parts_.size() > limits_.waiting_boxes)
      throw Error(ExitCode::bad_job,
                  "Pareto front: more than " + std::to_string(limits_.waiting_boxes) +
                      " parts of networks wait: constrain the search, or take fewer metrics");
    const SlotTables& tables = tables_[way.front()];
    const Way rest(way.begin() + 1, way.end());
    std::vector<Part>& longer = waiting_[rest];
    for (std::size_t p = 0; p < parts.size(); ++p) {
      // Of twins the later has no lower option: the others are the same networks under higher numbers.
      const bool twin = parts[p].option >= 0 && parts[p].tables == way.front();
      for (std::size_t k = twin ? static_cast<std::size_t>(parts[p].option) : 0; k < tables.scores.size();
           ++k) {
        Part part = parts[p];
        part.score += tables.scores[k];
        for (std::size_t d = 0; d < dimensions_.size(); ++d)
          part.costs[d] = dimensions_[d].most ? std::max(part.costs[d], tables.costs[k][d])
                                              : part.costs[d] + tables.costs[k][d];
        part.before = static_cast<std::uint32_t>(first + p);
        part.tables = way.front();
        part.option = static_cast<std::int32_t>(k);
        if (!bounded_ || may_keep(part, rest, 0)) longer.push_back(part);
      }
    }
  }

  // Where a twin follows, an option is a cost: the lower, the more are left to choose from.
  std::vector<Part> undominated(std::vector<Part> all, const Way& way) {
    std::vector<std::uint32_t> order(all.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      const Part &x = all[a], &y = all[b];
      if (x.score != y.score) return x.score > y.score;
      if (x.costs != y.costs) return x.costs < y.costs;
      return network(x) < network(y);
    });
    const auto held = [&](const Part& part) {
      return !way.empty() && part.option >= 0 && part.tables == way.front() ? part.option : 0;
    };
    const bool followed = std::ranges::any_of(all, [&](const Part& part) { return held(part) > 0; });
    Staircase staircase(dimensions_.size() + (followed ? 1 : 0));
    std::vector<Part> kept;
    for (const std::uint32_t k : order) {
      if (++looked_ % 1024 == 0 && stop_()) {
        front_.complete = false;
        break;
      }
      Corner corner = all[k].costs;
      if (followed) corner[dimensions_.size()] = held(all[k]);
      if (staircase.reaches(corner)) continue;
      staircase.add(corner);
      kept.push_back(all[k]);
    }
    return kept;
  }

  // The stratum, and the options of its slots so far.
  std::pair<std::uint32_t, std::vector<std::int64_t>> network(const Part& part) const {
    std::vector<std::int64_t> options;
    const Part* at = &part;
    for (; at->option >= 0; at = &parts_[at->before]) options.push_back(at->option);
    std::ranges::reverse(options);
    return {at->before, options};
  }

  void collect(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      const auto [index, options] = network(part);
      const Stratum& stratum = evaluator_.space().strata()[index];
      const Evaluation evaluation = evaluator_(stratum, options);
      if (evaluation.feasible())
        front_.points.push_back({evaluator_.space().id(stratum, options), evaluation});
    }
  }

  // Leaves of what was found what nothing else meets in accuracy and the front's metrics.
  void thin() {
    const auto corner = [this](const Evaluation& e) {
      Corner values{};
      for (std::size_t i = 0; i < metrics_.size(); ++i) values[i] = e.metrics[metrics_[i]];
      return values;
    };
    std::ranges::sort(front_.points, [&](const ParetoPoint& a, const ParetoPoint& b) {
      if (a.evaluation.accuracy != b.evaluation.accuracy)
        return a.evaluation.accuracy > b.evaluation.accuracy;
      const Corner x = corner(a.evaluation), y = corner(b.evaluation);
      return x != y ? x < y : a.id < b.id;
    });
    Staircase staircase(metrics_.size());
    std::erase_if(front_.points, [&](const ParetoPoint& point) {
      const Corner at = corner(point.evaluation);
      if (staircase.reaches(at)) return true;
      staircase.add(at);
      return false;
    });
  }

  const Evaluator& evaluator_;
  const std::vector<Metric>& metrics_;
  const std::function<bool()>& stop_;
  const ParetoLimits& limits_;
  double sign_ = 0;
  double floor_ = -unbounded;
  std::vector<Dimension> dimensions_;
  const bool bounded_ = evaluator_.constraints().metric_max != Constraints{}.metric_max ||
                        std::isfinite(evaluator_.constraints().accuracy_min);
  std::vector<SlotTables> tables_;
  std::map<std::vector<const double*>, std::uint32_t> known_;  // their places, by the tables behind them
  std::map<Way, std::vector<Part>, LongestFirst> waiting_;     // of all strata that go on alike
  std::vector<Part> parts_;                                    // that were extended
  std::uint64_t looked_ = 0;
  ParetoFront front_;
};

}  // namespace

ParetoFront choice_front(const Evaluator& evaluator, const std::vector<Metric>& metrics,
                         const std::function<bool()>& stop, const ParetoLimits& limits) {
  return ChoiceFront(evaluator, metrics, stop, limits).run();
}

}  // namespace flash
