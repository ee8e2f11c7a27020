// The kernel itself, on vectors of FLASH_KERNEL_LANES floats: included once by each sweep_kernel_*.cpp, which
// is compiled for its instruction set. It calls no inline function of another header: the linker keeps one
// copy of such a function for all files, and that might be one that this processor cannot run.
#include <cstring>

#include "sweep_kernel.hpp"

namespace flash {
namespace {

constexpr std::size_t lanes = FLASH_KERNEL_LANES;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(lanes * sizeof(float))));
typedef std::uint32_t Words __attribute__((vector_size(lanes * sizeof(float))));

#define FLASH_INLINE [[gnu::always_inline]] inline

FLASH_INLINE Floats broadcast(float x) { return x - Floats{}; }
FLASH_INLINE Floats smaller(Floats a, Floats b) { return a < b ? a : b; }
FLASH_INLINE Floats larger(Floats a, Floats b) { return a > b ? a : b; }

template <class Vector, class Element>
FLASH_INLINE Vector load(const Element* from) {
  Vector x;
  std::memcpy(&x, from, sizeof x);
  return x;
}

template <class Vector, class Element>
FLASH_INLINE void store(Element* to, Vector x) {
  std::memcpy(to, &x, sizeof x);
}

FLASH_INLINE Ints first_lanes(std::size_t count) {
  Ints index;
  for (std::size_t i = 0; i < lanes; ++i) index[i] = static_cast<std::int32_t>(i);
  return index < static_cast<std::int32_t>(count);
}

FLASH_INLINE float least(Floats x) {
  float least = x[0];
  for (std::size_t i = 1; i < lanes; ++i) least = x[i] < least ? x[i] : least;
  return least;
}

// log2 of x to 3e-6, for normal positive x.
FLASH_INLINE Floats log2_of(Floats x) {
  constexpr std::uint32_t root_half = 0x3f3504f3;  // sqrt(1/2): the mantissa lies in [sqrt(1/2), sqrt(2))
  const Words shifted = (Words)x - root_half;
  const Ints exponent = (Ints)shifted >> 23;
  const Floats t = (Floats)((shifted & 0x007fffffU) + root_half) - 1.0F;
  Floats p = broadcast(-0.20659346334456555F);
  p = p * t + 0.3221578830226691F;
  p = p * t - 0.36749045464200986F;
  p = p * t + 0.4793477463892697F;
  p = p * t - 0.7211318261907387F;
  p = p * t + 1.4427134860104889F;
  return p * t + __builtin_convertvector(exponent, Floats);
}

template <int metrics, bool maxima, bool trained, bool powers, bool bounded>
class RowKernel {
 public:
  RowKernel(const KernelStratum& stratum, const KernelRow& row) : stratum_(stratum), row_(row) {}

  template <bool write>
  std::uint64_t run(KernelSums& sums, [[maybe_unused]] std::int32_t* marks) {
    std::uint64_t marked = 0;
    for (std::size_t begin = 0; begin < row_.count; begin += kernel_chunk) {
      const std::size_t end = begin + kernel_chunk < row_.count ? begin + kernel_chunk : row_.count;
      Floats least_cost = broadcast(2);
      std::size_t k = begin;
      for (; k + lanes <= end; k += lanes) {
        const Lanes lane = evaluate(k);
        degree_bits_ += (Words)lane.degree;
        product_bits_ += (Words)lane.product;
        if constexpr (bounded) feasible_ -= (Words)lane.feasible;
        least_cost = smaller(lane.cost, least_cost);
        if constexpr (write) store(marks + k, mark(lane, lane.cost));
      }
      if (k < end) {
        const Ints valid = first_lanes(end - k);
        const Lanes lane = evaluate(k);
        degree_bits_ += (Words)lane.degree & (Words)valid;
        product_bits_ += (Words)lane.product & (Words)valid;
        if constexpr (bounded) feasible_ -= (Words)(lane.feasible & valid);
        const Floats cost = valid ? lane.cost : broadcast(2);
        least_cost = smaller(cost, least_cost);
        if constexpr (write) store(marks + k, mark(lane, cost));
      }
      if (least(least_cost) <= 1) marked |= std::uint64_t{1} << (begin / kernel_chunk);
    }
    store(sums.degree_bits, load<Words>(sums.degree_bits) + degree_bits_);
    store(sums.product_bits, load<Words>(sums.product_bits) + product_bits_);
    if constexpr (bounded) store(sums.feasible, load<Words>(sums.feasible) + feasible_);
    return marked;
  }

 private:
  struct Lanes {
    Floats degree;
    Floats product;  // of the metrics
    Floats cost;
    Ints feasible;  // for sure: of a bounded kernel
  };

  // The configurations at k and the lanes after it.
  FLASH_INLINE Lanes evaluate(std::size_t k) const {
    const std::size_t place = row_.column + k;
    Lanes lane;
    lane.degree = load<Floats>(stratum_.degree + place) + row_.degree;
    Floats metric[kernel_metrics];
    for (int m = 0; m < metrics; ++m) {
      metric[m] = load<Floats>(stratum_.metric[m] + place) + row_.metric[m];
      if constexpr (maxima)
        metric[m] += larger(load<Floats>(stratum_.most[m] + place), broadcast(row_.most[m]));
    }
    lane.product = metrics > 0 ? metric[0] : broadcast(1);
    for (int m = 1; m < metrics; ++m) lane.product *= metric[m];
    if constexpr (powers) {
      if (stratum_.sum) {  // the same throughout: the branch costs little, kernels of its own would be many
        const Floats accuracy = trained ? 1.0F / inverse_accuracy(lane.degree) : lane.degree;
        Floats costs = broadcast(0);
        for (int m = 0; m < metrics; ++m) costs += metric[m] * stratum_.metric_exponent[m];
        lane.cost = costs - accuracy * stratum_.accuracy_exponent - stratum_.log_limit + 1.0F;
      } else {
        Floats logarithm = trained ? log2_of(inverse_accuracy(lane.degree)) : -log2_of(lane.degree);
        logarithm *= stratum_.accuracy_exponent;
        for (int m = 0; m < metrics; ++m) logarithm += log2_of(metric[m]) * stratum_.metric_exponent[m];
        lane.cost = logarithm - stratum_.log_limit + 1.0F;
      }
    } else {
      Floats product = lane.product;
      // The same throughout: the branch costs little, kernels of its own would be many.
      if (stratum_.partial) {
        product = broadcast(1);
        for (int m = 0; m < metrics; ++m)
          if (stratum_.metric_exponent[m] != 0) product *= metric[m];
      }
      lane.cost =
          trained ? inverse_accuracy(lane.degree) * product : product * stratum_.inverse_limit / lane.degree;
    }
    if constexpr (bounded) check(place, lane);
    return lane;
  }

  // What is infeasible costs too much, what is in doubt nothing.
  FLASH_INLINE void check(std::size_t place, Lanes& lane) const {
    constexpr auto doubt = static_cast<float>(kernel_doubt);
    const KernelBounds& bounds = row_.bounds;
    Floats excess = load<Floats>(bounds.excess[0] + place) + bounds.lead[0];
    for (int b = 1; b < bounds.count; ++b)
      excess = larger(excess, load<Floats>(bounds.excess[b] + place) + bounds.lead[b]);
    lane.feasible = excess < -doubt;
    lane.cost = lane.feasible ? lane.cost : excess > doubt ? broadcast(2) : broadcast(0);
  }

  FLASH_INLINE static Ints mark(const Lanes& lane, Floats cost) {
    if constexpr (bounded) return (cost <= 1.0F) & (lane.feasible | 1);
    return cost <= 1.0F;
  }

  FLASH_INLINE Floats inverse_accuracy(Floats g) const {
    const Floats r = 1.0F / g;
    Floats root = broadcast(stratum_.root[4]);
    for (int i = 3; i >= 0; --i) root = root * r + stratum_.root[i];
    return root * root + stratum_.offset;
  }

  const KernelStratum stratum_;
  const KernelRow row_;
  Words degree_bits_{};
  Words product_bits_{};
  Words feasible_{};
};

template <int metrics, bool maxima, bool trained, bool powers, bool bounded>
std::uint64_t run_row(const KernelStratum& stratum, const KernelRow& row, KernelSums& sums,
                      std::int32_t* marks) {
  RowKernel<metrics, maxima, trained, powers, bounded> kernel(stratum, row);
  return marks ? kernel.template run<true>(sums, marks) : kernel.template run<false>(sums, nullptr);
}

template <int metrics, bool maxima, bool trained, bool powers>
KernelFunction choose(const KernelShape& shape) {
  return shape.bounded ? run_row<metrics, maxima, trained, powers, true>
                       : run_row<metrics, maxima, trained, powers, false>;
}

template <int metrics, bool maxima, bool trained>
KernelFunction choose(const KernelShape& shape) {
  return shape.powers ? choose<metrics, maxima, trained, true>(shape)
                      : choose<metrics, maxima, trained, false>(shape);
}

template <int metrics, bool maxima>
KernelFunction choose(const KernelShape& shape) {
  return shape.trained ? choose<metrics, maxima, true>(shape) : choose<metrics, maxima, false>(shape);
}

template <int metrics>
KernelFunction choose(const KernelShape& shape) {
  if constexpr (metrics < kernel_metrics)
    if (shape.metrics > metrics) return choose<metrics + 1>(shape);
  if constexpr (metrics > 0)
    if (shape.maxima) return choose<metrics, true>(shape);
  return choose<metrics, false>(shape);
}

KernelFunction kernel_for(const KernelShape& shape) { return choose<0>(shape); }

}  // namespace
}  // namespace flash
