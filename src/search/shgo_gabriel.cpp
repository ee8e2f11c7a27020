#include <algorithm>
#include <limits>
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
        distance_(size_),
        better_(size_) {
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
  std::size_t index(std::size_t k) const { return index_[k]; }  // of the k-th point in the caller's order

  void look_from(std::size_t v) {
    here_ = v;
    first_ = v;
    last_ = v;
  }

  // The nearest point of a better rank that none of the blockers hides; the point looked from itself where
  // there is none.
  std::size_t nearest_better(const std::vector<std::size_t>& blockers) {
    std::size_t nearest = here_;
    double reach = infinity;
    const auto visit = [&](std::size_t first, std::size_t last) {
      for (std::size_t w = first; w < last; ++w) {
        if (better_[w] >= reach) continue;
        if (std::ranges::any_of(blockers, [&](std::size_t u) { return blocks(u, w); })) continue;
        reach = better_[w];
        nearest = w;
      }
    };
    visit(first_, last_);
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
    return nearest;
  }

  // A point in the open ball on w, which nearest_better named, and the point looked from as poles; that one
  // where there is none.
  std::size_t blocker(std::size_t w) const {
    for (std::size_t u = first_; u < last_; ++u)  // it lies within the window, as w does
      if (distance_[u] < distance_[w] && blocks(u, w)) return u;
    return here_;
  }

 private:
  static constexpr std::size_t stride = 16;

  double offset(std::size_t u) const { return (x_[u] - x_[here_]) * (x_[u] - x_[here_]); }

  // The squared distances of a range of points; straight loops, so that they are vectorised.
  void measure(std::size_t first, std::size_t last) {
    for (std::size_t k = first; k < last; ++k) distance_[k] = offset(k);
    for (std::size_t j = 1; j < dimension_; ++j) {
      const double* x = &x_[j * size_];
      const double here = x[here_];
      for (std::size_t k = first; k < last; ++k) distance_[k] += (x[k] - here) * (x[k] - here);
    }
    const double rank = rank_[here_];
    for (std::size_t k = first; k < last; ++k) better_[k] = rank_[k] < rank ? distance_[k] : infinity;
  }

  bool blocks(std::size_t u, std::size_t w) const {
    double sum = distance_[u];
    for (std::size_t j = 0; j < dimension_; ++j) {
      const double d = x_[j * size_ + u] - x_[j * size_ + w];
      sum += d * d;
    }
    return sum < distance_[w];
  }

  std::size_t size_, dimension_;
  std::vector<std::size_t> index_;
  std::vector<double> rank_;
  std::vector<double> x_;         // coordinate by coordinate
  std::vector<double> distance_;  // squared, from here_ to the points of the window
  std::vector<double> better_;    // the same where the rank is better, else infinite
  std::size_t here_ = 0, first_ = 0, last_ = 0;
};

}  // namespace

std::vector<Edge> gabriel_descents(std::span<const double> points, std::span<const std::size_t> ranks) {
  Line line(points, ranks);
  std::vector<Edge> edges;
  std::vector<std::size_t> blockers;  // what hides one point from v hides all that lies behind it
  for (std::size_t v = 0; v < line.size(); ++v) {
    blockers.clear();
    line.look_from(v);
    for (std::size_t w; (w = line.nearest_better(blockers)) != v;) {
      const std::size_t u = line.blocker(w);
      if (u == v) {
        edges.push_back(std::minmax(line.index(v), line.index(w)));
        break;
      }
      blockers.push_back(u);
    }
  }
  return edges;
}

}  // namespace flash::shgo
