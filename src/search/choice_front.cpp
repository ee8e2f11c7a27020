#include "choice_front.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/search/degree_window.hpp"
#include "staircase.hpp"

namespace flash {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What must not be more, the score's negative first: the front's metrics and those with a ceiling; of one with a part
// that is a maximum its sum and that part.
struct Dimension {
  Metric metric = Metric::latency;
  bool most = false;
};

// What the first slots may add up to.
struct Part {
  double score = 0;  // positive is good
  Corner costs{};
  std::uint32_t before = 0;  // the part in the layer before
  std::uint8_t option = 0;
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
    for (const Stratum& stratum : evaluator_.space().strata()) {
      add(stratum);
      if (!front_.complete) break;
    }
    merge();
    front_.seconds = watch.seconds();
    return std::move(front_);
  }

 private:
  using Layer = std::vector<Part>;
  using Key = std::vector<const double*>;

  std::span<const double> table(const StratumTables& tables, const Dimension& d, std::size_t slot) const {
    const Term& term = tables.metric[d.metric];
    return d.most ? term.most[slot] : term.sum[slot];
  }

  Key key(const StratumTables& tables, std::size_t slot) const {
    Key key{tables.degree.sum[slot].data()};
    for (const Dimension& d : dimensions_) key.push_back(table(tables, d, slot).data());
    return key;
  }

  Part start(const StratumTables& tables) const {
    Part part;
    part.score = sign_ * tables.degree.base;
    for (std::size_t d = 0; d < dimensions_.size(); ++d)
      part.costs[d] = dimensions_[d].most ? 0 : tables.metric[dimensions_[d].metric].base;
    return part;
  }

  // What the slots from one on add at best.
  struct Rest {
    double score = 0;
    Corner costs{};
  };
  std::vector<Rest> rests(const StratumTables& tables, std::size_t slots) const {
    std::vector<Rest> rests(slots + 1);
    for (std::size_t s = slots; s-- > 0;) {
      Rest& rest = rests[s];
      rest = rests[s + 1];
      if (sign_ != 0) {
        const auto [low, high] = std::ranges::minmax(tables.degree.sum[s]);
        rest.score += sign_ > 0 ? high : -low;
      }
      for (std::size_t d = 0; d < dimensions_.size(); ++d) {
        const double least = std::ranges::min(table(tables, dimensions_[d], s));
        rest.costs[d] = dimensions_[d].most ? std::max(rest.costs[d], least) : rest.costs[d] + least;
      }
    }
    return rests;
  }

  void add(const Stratum& stratum) {
    const StratumTables& tables = evaluator_.tables(stratum.index);
    const std::size_t slots = stratum.cells();
    const std::vector<Rest> rests = this->rests(tables, slots);
    // Layers of the stratum before are kept as far as both begin alike, the slot that follows included, and nothing was
    // cut for what came after.
    std::size_t same = 0;
    const Part first = start(tables);
    if (!layers_.empty() && layers_[0][0].score == first.score && layers_[0][0].costs == first.costs)
      while (same < slots && same < keys_.size() && keys_[same] == key(tables, same)) ++same;
    same = bounded() || same == 0 ? 0 : same - 1;
    keys_.resize(same);
    layers_.resize(same + 1);
    if (same == 0) layers_[0] = {first};
    for (std::size_t s = same; s < slots; ++s) {
      keys_.push_back(key(tables, s));
      layers_.push_back(next(tables, s, s > 0 && keys_[s] == keys_[s - 1], rests[s + 1]));
      front_.boxes += layers_.back().size();
      if (!front_.complete) return;
    }
    collect(stratum);
  }

  bool bounded() const {
    return floor_ > -infinity || std::ranges::any_of(dimensions_, [this](const Dimension& d) {
             return std::isfinite(evaluator_.constraints().metric_max[d.metric]);
           });
  }

  // Whether a part may still keep to the bounds.
  bool may_keep(const Part& part, const Rest& rest) const {
    if (part.score + rest.score < floor_) return false;
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      if (dimensions_[d].most) continue;
      double least = part.costs[d] + rest.costs[d];
      if (d + 1 < dimensions_.size() && dimensions_[d + 1].most)
        least += std::max(part.costs[d + 1], rest.costs[d + 1]);
      if (least > evaluator_.constraints().metric_max[dimensions_[d].metric]) return false;
    }
    return true;
  }

  Layer next(const StratumTables& tables, std::size_t slot, bool twin, const Rest& rest) {
    const Layer& before = layers_.back();
    Layer all;
    const std::span<const double> scores = tables.degree.sum[slot];
    for (std::size_t p = 0; p < before.size(); ++p)
      // Of twins the later has no lower option: the others are the same networks under higher numbers.
      for (std::size_t k = twin ? before[p].option : 0; k < scores.size(); ++k) {
        Part part = before[p];
        part.score += sign_ == 0 ? 0 : sign_ * scores[k];
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
          const double adds = table(tables, dimensions_[d], slot)[k];
          part.costs[d] = dimensions_[d].most ? std::max(part.costs[d], adds) : part.costs[d] + adds;
        }
        part.before = static_cast<std::uint32_t>(p);
        part.option = static_cast<std::uint8_t>(k);
        if (may_keep(part, rest)) all.push_back(part);
        if (all.size() > limits_.waiting_boxes)
          throw Error(ExitCode::bad_job,
                      "Pareto front: more than " + std::to_string(limits_.waiting_boxes) +
                          " parts of networks wait: constrain the search, or take fewer metrics");
      }
    return undominated(std::move(all), slot, tables);
  }

  // A part that twins follow must keep the ones with lower options, which leave those more to choose from: they count
  // as a cost.
  Layer undominated(Layer all, std::size_t slot, const StratumTables& tables) {
    const std::size_t slots = tables.degree.sum.size();
    const bool followed = slot + 1 < slots && key(tables, slot + 1) == key(tables, slot);
    std::vector<std::uint32_t> order(all.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
      const Part &x = all[a], &y = all[b];
      if (x.score != y.score) return x.score > y.score;
      if (x.costs != y.costs) return x.costs < y.costs;
      return lower_number(slot, x, y);
    });
    const std::size_t count = dimensions_.size() + (followed ? 1 : 0);
    Staircase staircase(count);
    Layer kept;
    for (const std::uint32_t k : order) {
      if (++looked_ % 1024 == 0 && stop_()) {
        front_.complete = false;
        break;
      }
      Corner corner = all[k].costs;
      if (followed) corner[dimensions_.size()] = all[k].option;
      if (staircase.reaches(corner)) continue;
      staircase.add(corner);
      kept.push_back(all[k]);
    }
    return kept;
  }

  // Of two parts in one layer, whose slots are chosen otherwise.
  bool lower_number(std::size_t slot, const Part& a, const Part& b) const {
    return options(slot, a) < options(slot, b);
  }

  std::vector<std::int64_t> options(std::size_t slot, const Part& part) const {
    std::vector<std::int64_t> options(slot + 1);
    const Part* at = &part;
    for (std::size_t s = slot + 1; s-- > 0;) {
      options[s] = at->option;
      if (s > 0) at = &layers_[s][at->before];
    }
    return options;
  }

  void collect(const Stratum& stratum) {
    const std::size_t last = stratum.cells() - 1;
    for (const Part& part : layers_.back()) {
      const std::vector<std::int64_t> options = this->options(last, part);
      const Evaluation evaluation = evaluator_(stratum, options);
      if (!evaluation.feasible()) continue;
      found_.push_back({evaluator_.space().id(stratum, options), evaluation});
    }
    if (found_.size() > gathered_) {
      thin();
      gathered_ = 2 * found_.size() + 100'000;
    }
  }

  void merge() {
    thin();
    if (found_.size() > limits_.points)
      throw Error(ExitCode::bad_job, "Pareto front: more than " + std::to_string(limits_.points) +
                                         " points: constrain the search, or take fewer metrics");
    front_.points = std::move(found_);
  }

  // Leaves the front of what was found.
  void thin() {
    const auto corner = [this](const Evaluation& e) {
      Corner values{};
      for (std::size_t i = 0; i < metrics_.size(); ++i) values[i] = e.metrics[metrics_[i]];
      return values;
    };
    std::ranges::sort(found_, [&](const ParetoPoint& a, const ParetoPoint& b) {
      if (a.evaluation.accuracy != b.evaluation.accuracy)
        return a.evaluation.accuracy > b.evaluation.accuracy;
      const Corner x = corner(a.evaluation), y = corner(b.evaluation);
      return x != y ? x < y : a.id < b.id;
    });
    Staircase staircase(metrics_.size());
    std::erase_if(found_, [&](const ParetoPoint& point) {
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
  double floor_ = -infinity;
  std::vector<Dimension> dimensions_;
  std::vector<Layer> layers_;  // [s]: of the first s slots
  std::vector<Key> keys_;      // of the slots behind them
  std::vector<ParetoPoint> found_;
  std::size_t gathered_ = 100'000;  // then found_ is thinned
  std::uint64_t looked_ = 0;
  ParetoFront front_;
};

}  // namespace

ParetoFront choice_front(const Evaluator& evaluator, const std::vector<Metric>& metrics,
                         const std::function<bool()>& stop, const ParetoLimits& limits) {
  return ChoiceFront(evaluator, metrics, stop, limits).run();
}

}  // namespace flash
