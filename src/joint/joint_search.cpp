#include "flash/joint/joint_search.hpp"

#include <algorithm>
#include <tuple>

#include "flash/core/clock.hpp"
#include "flash/search/exact.hpp"
#include "joint_space.hpp"

namespace flash {
namespace {

constexpr std::uint64_t most_shapes = 5'000'000;
constexpr std::size_t all_at_once = 2048;  // shapes: so many need no bounds of their own
constexpr std::size_t first_batch = 32;

bool ranks_before(const JointRanked& a, const JointRanked& b) {
  const auto key = [](const JointRanked& r) {
    return std::tuple(r.evaluation.violation, -r.evaluation.objective, r.network);
  };
  return key(a) < key(b);
}

class JointSearch {
 public:
  JointSearch(const JointTables& tables, std::size_t top_k)
      : tables_(tables), space_(tables.dense().space()), top_k_(std::max<std::size_t>(top_k, 1)) {}

  JointResult run(const std::function<bool()>& stop) {
    const Stopwatch watch;
    list_shapes();
    if (shapes_.size() <= all_at_once) {
      open({shapes_.begin(), shapes_.end()}, stop);
    } else {
      open_by_bounds(stop);
    }
    result_.found = result_.best.evaluation.feasible();
    result_.seconds = watch.seconds();
    return std::move(result_);
  }

 private:
  // In the order of ties: by stratum, then by options.
  void list_shapes() {
    for (const Stratum& stratum : space_.strata()) {
      std::uint64_t all = 1, useful = 1;
      for (std::size_t slot = 0; slot < stratum.cells(); ++slot) {
        all *= tables_.options().size();
        useful *= tables_.useful(stratum.index, slot).size();
      }
      result_.shapes += useful;
      result_.left_out += all - useful;
      if (result_.shapes > most_shapes)
        throw Error(ExitCode::bad_job,
                    "compression as variables: more than 5 million shapes with options of cells; take fewer "
                    "options, or fewer shapes");
    }
    shapes_.reserve(static_cast<std::size_t>(result_.shapes));
    for (const Stratum& stratum : space_.strata()) {
      std::vector<std::size_t> places(stratum.cells());
      for (;;) {
        JointShape shape{stratum.index, {}};
        for (std::size_t slot = 0; slot < places.size(); ++slot)
          shape.compression.push_back(tables_.useful(stratum.index, slot)[places[slot]]);
        shapes_.push_back(std::move(shape));
        std::size_t slot = places.size();
        while (slot > 0 && ++places[slot - 1] == tables_.useful(stratum.index, slot - 1).size())
          places[--slot] = 0;
        if (slot == 0) break;
      }
    }
  }

  struct Bound {
    double violation = 0, objective = 0;
    std::size_t shape = 0;
  };

  void open_by_bounds(const std::function<bool()>& stop) {
    std::vector<Bound> bounds;
    bounds.reserve(shapes_.size());
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      const Evaluation bound = tables_.bound(shapes_[i].stratum, shapes_[i].compression);
      bounds.push_back({bound.violation, bound.objective, i});
    }
    std::ranges::sort(bounds, {},
                      [](const Bound& b) { return std::tuple(b.violation, -b.objective, b.shape); });
    std::size_t size = first_batch;
    for (std::size_t next = 0; next < bounds.size() && result_.complete;
         size = std::min(size * 4, all_at_once)) {
      std::vector<std::size_t> batch;
      for (; next < bounds.size() && batch.size() < size; ++next)
        if (!cut(bounds[next])) batch.push_back(bounds[next].shape);
      std::ranges::sort(batch);
      std::vector<JointShape> opened;
      for (const std::size_t i : batch) opened.push_back(shapes_[i]);
      if (!opened.empty()) open(opened, stop);
    }
  }

  bool cut(const Bound& bound) {
    if (opened_any_ && bound.violation > result_.best.evaluation.violation) return true;
    if (!opened_any_ || bound.violation < result_.best.evaluation.violation ||
        bound.objective >= least_wanted())
      return false;
    result_.largest_cut_bound = std::max(result_.largest_cut_bound, bound.objective);
    return true;
  }

  // As in the search of one stratum: 0 while there are fewer than K.
  double least_wanted() const {
    if (!result_.best.evaluation.feasible()) return result_.best.evaluation.objective;
    return result_.top.size() < top_k_ ? 0 : result_.top.back().evaluation.objective;
  }

  void open(const std::vector<JointShape>& shapes, const std::function<bool()>& stop) {
    std::vector<StratumTables> tables;
    for (const JointShape& shape : shapes) tables.push_back(tables_.tables(shape.stratum, shape.compression));
    const Evaluator evaluator(tables_.dense(),
                              Space(space_.definition(), std::make_shared<JointGeometry>(space_, shapes)),
                              std::move(tables), nullptr);
    const double at_least = opened_any_ && result_.best.evaluation.feasible() ? least_wanted() : 0;
    const ExactResult found = solve_exact(evaluator, stop, top_k_, at_least);
    const auto ranked = [&](NetworkId id) {
      const Point point = evaluator.space().point(id);
      const JointShape& shape = shapes[point.stratum];
      return JointRanked{{shape.stratum, shape.compression, point.options}, evaluator.at(id)};
    };
    const JointRanked best = ranked(found.best_id);
    if (!opened_any_ || ranks_before(best, result_.best)) {
      if (best.evaluation.violation < result_.best.evaluation.violation) result_.largest_cut_bound = 0;
      result_.best = best;
    }
    opened_any_ = true;
    for (const Ranked& each : found.top) result_.top.push_back(ranked(each.id));
    std::ranges::sort(result_.top, ranks_before);
    if (result_.top.size() > top_k_) result_.top.resize(top_k_);
    result_.complete = result_.complete && found.complete;
    result_.monotone = result_.monotone && found.monotone;
    result_.opened += shapes.size();
    result_.evaluations += found.evaluations;
    result_.boxes += found.boxes;
    if (found.best.violation <= result_.best.evaluation.violation)
      result_.largest_cut_bound = std::max(result_.largest_cut_bound, found.largest_cut_bound);
  }

  const JointTables& tables_;
  const Space& space_;
  const std::size_t top_k_;
  std::vector<JointShape> shapes_;
  bool opened_any_ = false;
  JointResult result_;
};

}  // namespace

JointResult solve_joint(const JointTables& tables, const std::function<bool()>& stop, std::size_t top_k) {
  return JointSearch(tables, top_k).run(stop);
}

}  // namespace flash
