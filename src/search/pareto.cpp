#include "flash/search/pareto.hpp"

#include <algorithm>

#include "box.hpp"
#include "choice_front.hpp"
#include "choice_search.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/search/search.hpp"
#include "staircase.hpp"

namespace flash {
namespace {

// A box that waits, or one configuration, in 16 bytes; the rest lies in the store.
struct WaitingBox {
  double accuracy = 0;  // no configuration of the box has more; of a single one its own
  std::uint32_t slot = 0;
  bool single = false;
};

class FrontSearch {
 public:
  FrontSearch(const Evaluator& evaluator, const std::vector<Metric>& metrics, const ParetoLimits& limits)
      : evaluator_(evaluator),
        metrics_(metrics),
        limits_(limits),
        bounds_(evaluator),
        store_(evaluator.space()),
        staircase_(metrics.size()) {}

  ParetoFront run(const std::function<bool()>& stop) {
    const Stopwatch watch;
    front_.metrics = metrics_;
    for (const Stratum& stratum : evaluator_.space().strata()) {
      box_.cover(stratum);
      push(box_);
    }
    for (std::uint64_t taken = 0; !heap_.empty(); ++taken) {
      if (taken % 1024 == 0 && stop()) {
        front_.complete = false;
        break;
      }
      take();
    }
    front_.seconds = watch.seconds();
    return std::move(front_);
  }

 private:
  auto order() const {
    return [this](const WaitingBox& a, const WaitingBox& b) {
      return a.accuracy != b.accuracy ? a.accuracy < b.accuracy : before(b, a);
    };
  }

  // Whether a is taken before b, both of the same accuracy: the smaller metrics, then the lower first id,
  // then the box before the single configuration that it may hold.
  bool before(const WaitingBox& a, const WaitingBox& b) const {
    for (std::size_t m = 0; m < metrics_.size(); ++m) {
      const double of_a = least_[metrics_.size() * a.slot + m];
      const double of_b = least_[metrics_.size() * b.slot + m];
      if (of_a != of_b) return of_a < of_b;
    }
    if (store_.starts_before(a.slot, b.slot)) return true;
    return !store_.starts_before(b.slot, a.slot) && !a.single && b.single;
  }

  void wait(const Box& box, const Corner& least, double accuracy, bool single) {
    if (heap_.size() >= limits_.waiting_boxes)
      throw Error(ExitCode::bad_job, "Pareto front: more than " + std::to_string(limits_.waiting_boxes) +
                                         " boxes wait: constrain the search, or take fewer metrics");
    const std::uint32_t slot = store_.put(box);
    least_.resize(metrics_.size() * store_.slots());
    std::copy_n(least.begin(), metrics_.size(), &least_[metrics_.size() * slot]);
    heap_.push_back({accuracy, slot, single});
    std::ranges::push_heap(heap_, order());
  }

  void take() {
    std::ranges::pop_heap(heap_, order());
    const WaitingBox waiting = heap_.back();
    heap_.pop_back();
    store_.take(waiting.slot, box_);
    Corner least{};
    std::copy_n(&least_[metrics_.size() * waiting.slot], metrics_.size(), least.begin());
    if (staircase_.reaches(least)) return;
    if (waiting.single) {
      accept(least);
    } else if (box_.size() <= leaf_size) {
      enumerate();
    } else {
      halve(box_, bounds_.widest_cell(box_), upper_);
      push(box_);
      push(upper_);
    }
  }

  void accept(const Corner& metrics) {
    if (front_.points.size() >= limits_.points)
      throw Error(ExitCode::bad_job, "Pareto front: more than " + std::to_string(limits_.points) +
                                         " points: constrain the search, or take fewer metrics");
    staircase_.add(metrics);
    const Stratum& stratum = evaluator_.space().strata()[box_.stratum];
    front_.points.push_back({evaluator_.space().id(stratum, box_.low), evaluator_(stratum, box_.low)});
  }

  // The metrics of the front.
  Corner chosen(const Measurement& metrics) const {
    Corner corner{};
    for (std::size_t i = 0; i < metrics_.size(); ++i) corner[i] = metrics[metrics_[i]];
    return corner;
  }

  void push(const Box& box) {
    ++front_.boxes;
    const Measurement least = bounds_.least_metrics(box);
    if (exceeds(least)) return;
    const Corner corner = chosen(least);
    if (staircase_.reaches(corner)) return;
    const double accuracy = bounds_.most_accuracy(reach(box, least));
    if (accuracy >= evaluator_.constraints().accuracy_min) wait(box, corner, accuracy, false);
  }

  // The best NN-Degree at which the box may have something for the front. NN-Degree has its price: above it
  // all metrics are such that the front's points, more accurate than the box, meet them.
  double reach(const Box& box, const Measurement& least) {
    const double best = bounds_.best_degree(box);
    if (!evaluator_.degree_helps()) return best;
    const auto beyond = [&](double degree) {
      const Measurement metrics = bounds_.least_metrics(box, least, degree);
      return exceeds(metrics) || staircase_.reaches(chosen(metrics));
    };
    if (!beyond(best)) return best;
    double low = bounds_.least(evaluator_.tables(box.stratum).degree, box);
    double high = best;
    for (int step = 0; step < 6; ++step) {
      const double middle = low + (high - low) / 2;
      (beyond(middle) ? high : low) = middle;
    }
    return high;
  }

  void enumerate() {
    const Stratum& stratum = evaluator_.space().strata()[box_.stratum];
    Box single;
    single.stratum = box_.stratum;
    for_each(box_, static_cast<std::uint64_t>(box_.size()), single.low,
             [&](const std::vector<std::int64_t>& options) {
               const Evaluation evaluation = evaluator_(stratum, options);
               if (!evaluation.feasible()) return;
               const Corner corner = chosen(evaluation.metrics);
               if (staircase_.reaches(corner)) return;
               single.high = options;
               wait(single, corner, evaluation.accuracy, true);
             });
  }

  bool exceeds(const Measurement& least) const {
    for (const Metric m : evaluator_.metrics())
      if (least[m] > evaluator_.constraints().metric_max[m]) return true;
    return false;
  }

  const Evaluator& evaluator_;
  const std::vector<Metric> metrics_;
  const ParetoLimits limits_;
  BoxBounds bounds_;
  BoxStore store_;
  std::vector<double> least_;  // the front's metrics of each slot in the store
  std::vector<WaitingBox> heap_;
  Staircase staircase_;
  ParetoFront front_;
  Box box_;
  Box upper_;
};

void check_metrics(const Evaluator& evaluator, const std::vector<Metric>& metrics) {
  if (metrics.empty()) throw Error(ExitCode::bad_job, "Pareto front: no metric is named");
  if (metrics.size() > most_front_metrics)
    throw Error(ExitCode::bad_job, "Pareto front: names " + std::to_string(metrics.size()) +
                                       " metrics; it takes " + std::to_string(most_front_metrics) +
                                       " at most");
  for (const Metric m : metrics) {
    if (std::ranges::count(metrics, m) > 1)
      throw Error(ExitCode::bad_job, "Pareto front: " + std::string(name(m)) + " is named twice");
    if (!evaluator.has(m))
      throw Error(ExitCode::bad_job,
                  is_exact(m) ? "Pareto front: nobody asked the evaluator for " + std::string(name(m))
                              : "Pareto front: target '" + evaluator.models().target + "' has no model of " +
                                    std::string(name(m)));
  }
}

}  // namespace

ParetoFront pareto_front(const Evaluator& evaluator, const std::vector<Metric>& metrics,
                         const std::function<bool()>& stop, const ParetoLimits& limits) {
  check_metrics(evaluator, metrics);
  if (&evaluator.listed() != &evaluator) {
    ParetoFront front = pareto_front(evaluator.listed(), metrics, stop, limits);
    for (ParetoPoint& point : front.points) point.evaluation = evaluator.at(point.id);
    return front;
  }
  if (has_many_choices(evaluator.space())) return choice_front(evaluator, metrics, stop, limits);
  return FrontSearch(evaluator, metrics, limits).run(stop);
}

std::vector<std::vector<Metric>> reported_fronts(const Evaluator& evaluator) {
  std::vector<std::vector<Metric>> fronts;
  for (const Metric m : evaluator.metrics()) fronts.push_back({m});
  // Of a space of many choices that has more points than anybody reads.
  if (evaluator.has(Metric::latency) && evaluator.has(Metric::energy) && !has_many_choices(evaluator.space()))
    fronts.push_back({Metric::latency, Metric::energy});
  return fronts;
}

std::vector<ParetoFront> pareto_fronts(const Evaluator& evaluator, const std::function<bool()>& stop) {
  std::vector<ParetoFront> fronts;
  for (const std::vector<Metric>& metrics : reported_fronts(evaluator))
    fronts.push_back(pareto_front(evaluator, metrics, stop));
  return fronts;
}

Json to_json(const ParetoFront& front) {
  Json metrics = Json::array();
  for (const Metric m : front.metrics) metrics.push_back(std::string(name(m)));
  Json points = Json::array();
  for (const ParetoPoint& point : front.points) points.push_back(to_json(point.evaluation, point.id));
  return {{"metrics", metrics},       {"size", front.points.size()}, {"complete", front.complete},
          {"seconds", front.seconds}, {"boxes", front.boxes},        {"points", points}};
}

}  // namespace flash
