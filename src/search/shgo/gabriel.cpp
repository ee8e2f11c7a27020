#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "sobol.hpp"

namespace flash::shgo {
namespace {

// The points in the order of their first coordinate, seen from one of them: what is near in space is near in
// this order, so distances are measured in a window around that point that widens as need be. `fixed`: the
// dimension, 0 where it is known at run time alone; most of the time goes into sums over it.
template <std::size_t fixed>
class Line {
 public:
  Line(std::span<const double> points, std::span<const std::size_t> ranks)
      : size_(ranks.size()),
        dimension_(fixed > 0 ? fixed : points.size() / ranks.size()),
        index_(size_),
        x_(points.size()),
        distance_(size_),
        near_(size_) {
    std::vector<std::pair<double, std::size_t>> order(size_);
    for (std::size_t v = 0; v < size_; ++v) order[v] = {points[v * dimension()], v};
    std::ranges::sort(order);
    for (std::size_t k = 0; k < size_; ++k) {
      index_[k] = order[k].second;
      for (std::size_t j = 0; j < dimension(); ++j) x_[j * size_ + k] = points[index_[k] * dimension() + j];
    }
  }

  std::size_t index(std::size_t k) const { return index_[k]; }  // of the k-th point in the caller's order

  // From now on seen from v. Lists the points within `reach` (squared), v left out, by their distance.
  std::span<const std::size_t> look_from(std::size_t v, double reach) {
    here_ = v;
    first_ = v;
    last_ = v;
    widen(reach);
    std::size_t count = 0;
    for (std::size_t u = first_; u < last_; ++u) {  // without branches, which nobody could foretell
      near_[count] = u;
      count += static_cast<std::size_t>(static_cast<int>(distance_[u] < reach) & static_cast<int>(u != v));
    }
    const std::span<std::size_t> near(near_.data(), count);
    std::ranges::sort(near, {}, [this](std::size_t u) { return distance_[u]; });
    return near;
  }

  // Whether u lies in the open ball on w and the point looked from as poles: the angle at u is obtuse.
  bool hides(std::size_t u, std::size_t w) const {
    double along = 0;
    for (std::size_t j = 0; j < dimension(); ++j) {
      const double* x = &x_[j * size_];
      along += (x[w] - x[u]) * (x[u] - x[here_]);
    }
    return along > 0;
  }

  // The nearest of the candidates that none of the blockers hides; the point looked from itself where there
  // is none.
  std::size_t nearest(std::span<const std::size_t> candidates, std::span<const std::size_t> blockers) const {
    std::size_t nearest = here_;
    double least = std::numeric_limits<double>::infinity();
    for (const std::size_t w : candidates) {
      const double distance = squared(w);
      if (distance >= least || std::ranges::any_of(blockers, [&](std::size_t u) { return hides(u, w); }))
        continue;
      least = distance;
      nearest = w;
    }
    return nearest;
  }

  // A point that hides w; the point looked from where there is none.
  std::size_t blocker(std::size_t w) {
    const double reach = squared(w);
    widen(reach);
    for (std::size_t u = first_; u < last_; ++u)
      if (distance_[u] < reach && hides(u, w)) return u;
    return here_;
  }

 private:
  std::size_t dimension() const { return fixed > 0 ? fixed : dimension_; }

  double squared(std::size_t w) const {
    double sum = 0;
    for (std::size_t j = 0; j < dimension(); ++j) {
      const double d = x_[j * size_ + w] - x_[j * size_ + here_];
      sum += d * d;
    }
    return sum;
  }

  double offset(std::size_t u) const { return (x_[u] - x_[here_]) * (x_[u] - x_[here_]); }

  // The first index of a range that is not `before`, as none after it is.
  template <class Predicate>
  static std::size_t boundary(std::size_t begin, std::size_t end, const Predicate& before) {
    while (begin < end) {
      const std::size_t middle = begin + (end - begin) / 2;
      if (before(middle))
        begin = middle + 1;
      else
        end = middle;
    }
    return begin;
  }

  // Widens the window to all points that are within `reach` by their first coordinate.
  void widen(double reach) {
    const auto near = [&](std::size_t u) { return offset(u) < reach; };
    const auto far = [&](std::size_t u) { return !near(u); };
    const std::size_t last = boundary(last_, size_, near);
    const std::size_t first = boundary(0, first_, far);
    measure(first, first_);
    measure(last_, last);
    first_ = first;
    last_ = last;
  }

  // The squared distances of a range of points; straight loops, so that they are vectorised.
  void measure(std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) distance_[k] = offset(k);
    for (std::size_t j = 1; j < dimension(); ++j) {
      const double* x = &x_[j * size_];
      const double here = x[here_];
      for (std::size_t k = first; k < last; ++k) distance_[k] += (x[k] - here) * (x[k] - here);
    }
  }

  std::size_t size_, dimension_;
  std::vector<std::size_t> index_;
  std::vector<double> x_;         // coordinate by coordinate
  std::vector<double> distance_;  // squared, from here_ to the points of the window
  std::vector<std::size_t> near_;
  std::size_t here_ = 0, first_ = 0, last_ = 0;
};

// From the best point on, so that points fall to better ones nearby before they are looked from themselves.
template <std::size_t fixed>
std::vector<Edge> descents(std::span<const double> points, std::span<const std::size_t> ranks) {
  Line<fixed> line(points, ranks);
  const auto rank = [&](std::size_t v) { return ranks[line.index(v)]; };
  // The points by their ranks, which are small numbers: counted, not compared.
  std::vector<std::size_t> next(std::ranges::max(ranks) + 2);  // where the next point of each rank goes
  for (const std::size_t r : ranks) ++next[r + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<std::size_t> order(ranks.size());
  for (std::size_t v = 0; v < order.size(); ++v) order[next[rank(v)]++] = v;

  std::vector<Edge> edges;
  edges.reserve(ranks.size());
  std::vector<bool> beaten(ranks.size());
  const auto beats = [&](std::size_t w, std::size_t v) {
    if (rank(w) >= rank(v) || beaten[v]) return;
    beaten[v] = true;
    edges.push_back(std::minmax(line.index(v), line.index(w)));
  };
  // As far as about ten points of an even sample: among those all neighbours are known.
  const auto count = static_cast<double>(ranks.size());
  const double reach = std::pow(2.5 / count, 2 * count / static_cast<double>(points.size()));
  std::vector<std::size_t> neighbours;
  std::size_t better = 0;  // how many points are better than the one looked from
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::size_t v = order[k];
    if (rank(v) != rank(order[better])) better = k;
    if (beaten[v]) continue;
    neighbours.clear();
    const std::span<const std::size_t> near = line.look_from(v, reach);
    for (auto w = near.begin(); w != near.end(); ++w) {
      if (std::any_of(near.begin(), w, [&](std::size_t u) { return line.hides(u, *w); })) continue;
      neighbours.push_back(*w);
      beats(v, *w);
      beats(*w, v);
    }
    // What hides one point from v hides all that lies behind it.
    for (std::size_t w = v; !beaten[v] && (w = line.nearest({order.data(), better}, neighbours)) != v;) {
      const std::size_t u = line.blocker(w);
      if (u == v)
        beats(w, v);
      else
        neighbours.push_back(u);
    }
  }
  return edges;
}

}  // namespace

std::vector<Edge> gabriel_descents(std::span<const double> points, std::span<const std::size_t> ranks) {
  if (ranks.empty()) return {};
  switch (points.size() / ranks.size()) {
    case 2:
      return descents<2>(points, ranks);
    case 3:
      return descents<3>(points, ranks);
    case 4:
      return descents<4>(points, ranks);
    case 5:
      return descents<5>(points, ranks);
    case 6:
      return descents<6>(points, ranks);
    default:
      return descents<0>(points, ranks);
  }
}

}  // namespace flash::shgo
