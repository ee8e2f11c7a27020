#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "flash/search/shgo/sobol.hpp"

namespace flash::shgo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The points in the order of their first coordinate, seen from one of them: what is near in space is near in
// this order, so distances are measured in a window around that point that widens as need be.
class Line {
 public:
  Line(std::span<const double> points, std::span<const std::size_t> ranks)
      : size_(ranks.size()),
        dimension_(ranks.empty() ? 0 : points.size() / ranks.size()),
        index_(size_),
        rank_(size_),
        x_(points.size()),
        distance_(size_) {
    std::vector<std::pair<double, std::size_t>> order(size_);
    for (std::size_t v = 0; v < size_; ++v) order[v] = {points[v * dimension_], v};
    std::ranges::sort(order);
    for (std::size_t k = 0; k < size_; ++k) {
      index_[k] = order[k].second;
      rank_[k] = static_cast<double>(ranks[index_[k]]);
      for (std::size_t j = 0; j < dimension_; ++j) x_[j * size_ + k] = points[index_[k] * dimension_ + j];
    }
  }

  std::size_t size() const { return size_; }
  double rank(std::size_t k) const { return rank_[k]; }
  std::vector<std::size_t> by_rank() const {
    std::vector<std::size_t> order(size_);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [this](std::size_t k) { return rank_[k]; });
    return order;
  }
  std::size_t index(std::size_t k) const { return index_[k]; }  // of the k-th point in the caller's order

  // From now on seen from v. Lists the points within `reach` (squared), v left out, by their distance.
  const std::vector<std::size_t>& look_from(std::size_t v, double reach) {
    here_ = v;
    first_ = v;
    last_ = v;
    widen(reach, [](std::size_t, std::size_t) {});
    near_.clear();
    for (std::size_t u = first_; u < last_; ++u)
      if (distance_[u] < reach && u != v) near_.push_back(u);
    std::ranges::sort(near_, {}, [this](std::size_t u) { return distance_[u]; });
    return near_;
  }

  // Whether u lies in the open ball on w and the point looked from as poles. Both are in the window.
  bool hides(std::size_t u, std::size_t w) const {
    double sum = distance_[u];
    for (std::size_t j = 0; j < dimension_; ++j) {
      const double d = x_[j * size_ + u] - x_[j * size_ + w];
      sum += d * d;
    }
    return sum < distance_[w];
  }

  // The nearest point of a better rank that none of the blockers hides; the point looked from itself where
  // there is none.
  std::size_t nearest_better(const std::vector<std::size_t>& blockers) {
    std::size_t nearest = here_;
    double reach = infinity;
    const auto visit = [&](std::size_t first, std::size_t last) {
      for (std::size_t w = first; w < last; ++w) {
        if (distance_[w] >= reach || rank_[w] >= rank_[here_]) continue;
        if (std::ranges::any_of(blockers, [&](std::size_t u) { return hides(u, w); })) continue;
        reach = distance_[w];
        nearest = w;
      }
    };
    visit(first_, last_);
    widen(reach, visit);
    return nearest;
  }

  // A point in the open ball on w, which nearest_better named, and the point looked from as poles; that one
  // where there is none.
  std::size_t blocker(std::size_t w) const {
    for (std::size_t u = first_; u < last_; ++u)  // it lies within the window, as w does
      if (distance_[u] < distance_[w] && hides(u, w)) return u;
    return here_;
  }

 private:
  static constexpr std::size_t stride = 16;

  double offset(std::size_t u) const { return (x_[u] - x_[here_]) * (x_[u] - x_[here_]); }

  // Widens the window to all points within `reach`, which `visit` may shrink as it sees each part that is
  // new.
  template <class Visit>
  void widen(const double& reach, const Visit& visit) {
    for (bool wider = true; wider;) {
      wider = false;
      if (last_ < size_ && offset(last_) < reach) {
        const std::size_t from = std::exchange(last_, std::min(size_, last_ + stride));
        measure(from, last_);
        visit(from, last_);
        wider = true;
      }
      if (first_ > 0 && offset(first_ - 1) < reach) {
        const std::size_t to = std::exchange(first_, first_ - std::min(first_, stride));
        measure(first_, to);
        visit(first_, to);
        wider = true;
      }
    }
  }

  // The squared distances of a range of points; straight loops, so that they are vectorised.
  void measure(std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) distance_[k] = offset(k);
    for (std::size_t j = 1; j < dimension_; ++j) {
      const double* x = &x_[j * size_];
      const double here = x[here_];
      for (std::size_t k = first; k < last; ++k) distance_[k] += (x[k] - here) * (x[k] - here);
    }
  }

  std::size_t size_, dimension_;
  std::vector<std::size_t> index_;
  std::vector<double> rank_;
  std::vector<double> x_;         // coordinate by coordinate
  std::vector<double> distance_;  // squared, from here_ to the points of the window
  std::vector<std::size_t> near_;
  std::size_t here_ = 0, first_ = 0, last_ = 0;
};

}  // namespace

std::vector<Edge> gabriel_descents(std::span<const double> points, std::span<const std::size_t> ranks) {
  Line line(points, ranks);
  std::vector<Edge> edges;
  std::vector<bool> beaten(line.size());
  const auto beats = [&](std::size_t w, std::size_t v) {
    if (line.rank(w) >= line.rank(v) || beaten[v]) return;
    beaten[v] = true;
    edges.push_back(std::minmax(line.index(v), line.index(w)));
  };
  // As far as about ten points of an even sample: among those all neighbours are known.
  const double n = line.size() == 0 ? 1 : static_cast<double>(points.size() / line.size());
  const double reach = std::pow(2 / static_cast<double>(line.size()), 2 / n);
  std::vector<std::size_t> neighbours;
  for (const std::size_t v : line.by_rank()) {
    if (beaten[v]) continue;
    neighbours.clear();
    const std::vector<std::size_t>& near = line.look_from(v, reach);
    for (std::size_t i = 0; i < near.size(); ++i) {
      const auto hides = [&](std::size_t u) { return line.hides(u, near[i]); };
      if (std::any_of(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(i), hides)) continue;
      neighbours.push_back(near[i]);
      beats(v, near[i]);
      beats(near[i], v);
    }
    // What hides one point from v hides all that lies behind it.
    for (std::size_t w = v; !beaten[v] && (w = line.nearest_better(neighbours)) != v;) {
      const std::size_t u = line.blocker(w);
      if (u == v)
        beats(w, v);
      else
        neighbours.push_back(u);
    }
  }
  return edges;
}

}  // namespace flash::shgo
