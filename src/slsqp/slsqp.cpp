#include "flash/slsqp/slsqp.hpp"

#include <nlopt.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>

#include "flash/search/shgo/function.hpp"

namespace flash::shgo {
namespace {

constexpr int rounds = 2;  // restarts of SLSQP

// One NLopt run, over the real variables that have room; x_ holds the others as they are.
class Run {
 public:
  Run(Function& function, std::vector<double> start, double tolerance, std::uint64_t last_evaluation)
      : function_(function),
        x_(std::move(start)),
        best_(x_),
        tolerance_(tolerance),
        last_evaluation_(last_evaluation) {
    for (std::size_t j = 0; j < x_.size(); ++j)
      if (!function.is_integer(j) && function.width(j) > 0) free_.push_back(j);
    best_value_ = function.judge(best_);
  }

  bool trivial() const { return free_.empty(); }
  const Value& best_value() const { return best_value_; }
  std::vector<double> best() const { return best_; }

  // From the best point so far. False where the algorithm itself gave up.
  bool minimise(nlopt_algorithm algorithm) {
    const auto n = static_cast<unsigned>(free_.size());
    const std::unique_ptr<nlopt_opt_s, void (*)(nlopt_opt)> opt(nlopt_create(algorithm, n), nlopt_destroy);
    if (!opt) return false;
    opt_ = opt.get();
    x_ = best_;
    std::vector<double> start(n), lower(n), upper(n);
    for (std::size_t k = 0; k < n; ++k) {
      start[k] = x_[free_[k]];
      lower[k] = function_.lower(free_[k]);
      upper[k] = function_.upper(free_[k]);
    }
    nlopt_set_lower_bounds(opt_, lower.data());
    nlopt_set_upper_bounds(opt_, upper.data());
    nlopt_set_min_objective(opt_, objective, this);
    constraints_.clear();
    const std::size_t inequalities = function_.problem().inequalities.size();
    for (std::size_t i = 0; i < inequalities; ++i) constraints_.push_back({this, i});
    for (Constraint& constraint : constraints_)
      nlopt_add_inequality_constraint(opt_, Run::constraint, &constraint, 0);
    nlopt_set_ftol_rel(opt_, tolerance_);
    nlopt_set_xtol_rel(opt_, tolerance_);
    // Towards a minimum of zero, or at zero, no relative tolerance is ever met.
    negligible_ = 1e-4 * tolerance_ * function_.spread();
    nlopt_set_ftol_abs(opt_, negligible_);
    std::vector<double> least(n);
    for (std::size_t k = 0; k < n; ++k) least[k] = 1e-2 * tolerance_ * (upper[k] - lower[k]);
    nlopt_set_xtol_abs(opt_, least.data());

    origin_.clear();
    converged_ = false;
    double value = 0;
    const nlopt_result result = nlopt_optimize(opt_, start.data(), &value);
    opt_ = nullptr;
    if (error_) std::rethrow_exception(error_);
    return converged_ || result > 0 || result == NLOPT_ROUNDOFF_LIMITED || result == NLOPT_FORCED_STOP;
  }

  bool out_of_evaluations() const {
    return function_.exhausted() || function_.evaluations() >= last_evaluation_;
  }

 private:
  struct Constraint {
    Run* run;
    std::size_t index;
  };

  void place(const double* free) {
    for (std::size_t k = 0; k < free_.size(); ++k) x_[free_[k]] = free[k];
    function_.snap(x_);
  }

  // Forward differences; backward where the step would leave the bounds. At `here` f is known.
  template <typename F>
  void differentiate(const F& f, double here, double* gradient) {
    for (std::size_t k = 0; k < free_.size(); ++k) {
      const std::size_t j = free_[k];
      const double middle = x_[j];
      const double step = 1.5e-8 * std::max(std::abs(middle), 1e-2 * function_.width(j));  // eps^(1/2)
      x_[j] = middle + step <= function_.upper(j) ? middle + step : middle - step;
      const double slope = (f() - here) / (x_[j] - middle);
      x_[j] = middle;
      gradient[k] = std::isfinite(slope) ? slope : 0;
    }
  }

  // SLSQP's own test, which NLopt leaves out: the step that its model asks for would gain next to nothing,
  // less than the change after which NLopt would end.
  bool arrived(const double* free) const {
    if (origin_.empty() || !best_value_.feasible()) return false;
    double gain = 0;
    for (std::size_t k = 0; k < origin_.size(); ++k) gain += slope_[k] * (free[k] - origin_[k]);
    return std::abs(gain) <= std::max(negligible_, tolerance_ * std::abs(best_value_.objective));
  }

  void remember() {
    const Value value = function_.judge(x_);
    if (value < best_value_) {
      best_value_ = value;
      best_ = x_;
    }
  }

  // Exceptions must not cross NLopt's C: they wait until it has returned.
  template <typename F>
  double guarded(const F& f) noexcept {
    try {
      if (!error_ && !out_of_evaluations()) return f();
    } catch (...) {
      error_ = std::current_exception();
    }
    nlopt_force_stop(opt_);
    return HUGE_VAL;
  }

  static double objective(unsigned, const double* free, double* gradient, void* data) {
    Run& run = *static_cast<Run*>(data);
    return run.guarded([&] {
      run.place(free);
      if (run.arrived(free)) {
        run.converged_ = true;
        nlopt_force_stop(run.opt_);
        return run.best_value_.objective;
      }
      const double value = run.function_.objective(run.x_);
      run.remember();
      if (gradient) {
        run.differentiate([&] { return run.function_.objective(run.x_); }, value, gradient);
        run.origin_.assign(free, free + run.free_.size());
        run.slope_.assign(gradient, gradient + run.free_.size());
      }
      return value;
    });
  }

  static double constraint(unsigned, const double* free, double* gradient, void* data) {
    const auto [self, index] = *static_cast<Constraint*>(data);
    Run& run = *self;
    return run.guarded([&, i = index] {
      run.place(free);
      const auto excess = [&] { return -run.function_.inequality(i, run.x_); };
      const double value = excess();
      if (gradient) run.differentiate(excess, value, gradient);
      return value;
    });
  }

  Function& function_;
  std::vector<double> x_;
  std::vector<double> best_;
  Value best_value_;
  double tolerance_;
  std::uint64_t last_evaluation_;
  std::vector<std::size_t> free_;
  std::vector<Constraint> constraints_;
  std::vector<double> origin_, slope_;  // where the gradient was taken last, and the gradient
  double negligible_ = 0;               // a gain in the objective
  bool converged_ = false;
  nlopt_opt opt_ = nullptr;
  std::exception_ptr error_;
};

}  // namespace

std::vector<double> slsqp(Function& function, std::vector<double> start, double tolerance,
                          std::uint64_t last_evaluation) {
  Run run(function, std::move(start), tolerance, last_evaluation);
  if (run.trivial()) return run.best();
  // A restart forgets SLSQP's Hessian, which may have led it astray.
  bool done = false;
  for (int round = 0; round < rounds && !done && !run.out_of_evaluations(); ++round)
    done = run.minimise(NLOPT_LD_SLSQP) && run.best_value().feasible();
  if (!done) run.minimise(NLOPT_LN_COBYLA);
  return run.best();
}

}  // namespace flash::shgo
