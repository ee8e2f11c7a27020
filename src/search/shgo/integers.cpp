#include <algorithm>
#include <cmath>

#include "local.hpp"

namespace flash::shgo {
namespace {

class Compass {
 public:
  Compass(Function& function, std::vector<double> start, std::uint64_t last_evaluation)
      : function_(function),
        x_(std::move(start)),
        value_(function.judge(x_)),
        last_evaluation_(last_evaluation) {
    for (std::size_t j = 0; j < x_.size(); ++j) {
      if (!function.is_integer(j) || function.width(j) == 0) continue;
      variables_.push_back(j);
      // A power of two near an eighth of the range: halving then ends at exactly one.
      steps_.push_back(std::exp2(std::max(0.0, std::floor(std::log2(function.width(j) / 8)))));
    }
  }

  std::vector<double> run() {
    do {
      while (!out_of_evaluations() && (singles() || pairs())) {
      }
    } while (!out_of_evaluations() && shrink());
    return x_;
  }

 private:
  bool out_of_evaluations() const {
    return function_.exhausted() || function_.evaluations() >= last_evaluation_;
  }

  bool accept(std::vector<double> candidate) {
    if (out_of_evaluations()) return false;
    function_.snap(candidate);
    if (candidate == x_) return false;
    const Value value = function_.judge(candidate);
    if (!(value < value_)) return false;
    x_ = std::move(candidate);
    value_ = value;
    return true;
  }

  // One variable at a time, in doubling strides while that helps.
  bool singles() {
    bool improved = false;
    for (std::size_t k = 0; k < variables_.size(); ++k)
      for (const double sign : {1.0, -1.0}) {
        double stride = sign * steps_[k];
        while (move(variables_[k], stride)) {
          improved = true;
          stride *= 2;
        }
      }
    return improved;
  }

  bool move(std::size_t j, double stride) {
    std::vector<double> candidate = x_;
    candidate[j] += stride;
    return accept(std::move(candidate));
  }

  bool pairs() {
    for (std::size_t k = 0; k < variables_.size(); ++k)
      for (std::size_t l = k + 1; l < variables_.size(); ++l)
        for (const double a : {1.0, -1.0})
          for (const double b : {-a, a}) {
            std::vector<double> candidate = x_;
            candidate[variables_[k]] += a * steps_[k];
            candidate[variables_[l]] += b * steps_[l];
            if (accept(std::move(candidate))) return true;
          }
    return false;
  }

  bool shrink() {
    bool shrunk = false;
    for (double& step : steps_) {
      if (step <= 1) continue;
      step /= 2;
      shrunk = true;
    }
    return shrunk;
  }

  Function& function_;
  std::vector<double> x_;
  Value value_;
  std::uint64_t last_evaluation_;
  std::vector<std::size_t> variables_;
  std::vector<double> steps_;
};

}  // namespace

std::vector<double> refine_integers(Function& function, std::vector<double> start,
                                    std::uint64_t last_evaluation) {
  return Compass(function, std::move(start), last_evaluation).run();
}

}  // namespace flash::shgo
