// The kernel itself, on vectors of FLASH_KERNEL_LANES floats: included once by each sweep_kernel_*.cpp, which is
// compiled for its instruction set. It calls no inline function of another header: the linker keeps one copy of
// such a function for all files, and that might be one that this processor cannot run.
#include <cstring>

#include "sweep_kernel.hpp"

namespace flash {
namespace {

constexpr std::size_t lanes = FLASH_KERNEL_LANES;
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t Ints __attribute__((vector_size(lanes * sizeof(float))));  // a comparison's 0 or -1, too
typedef std::uint32_t Words __attribute__((vector_size(lanes * sizeof(float))));

#define FLASH_INLINE [[gnu::always_inline]] inline

FLASH_INLINE Floats broadcast(float x) { return x - Floats{}; }
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

FLASH_INLINE bool any(Ints x) {
  const auto words = (Words)x;
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < lanes; ++i) all |= words[i];
  return all != 0;
}

FLASH_INLINE Ints first_lanes(std::size_t count) {
  Ints index;
  for (std::size_t i = 0; i < lanes; ++i) index[i] = static_cast<std::int32_t>(i);
  return index < static_cast<std::int32_t>(count);
}

// 2^y to 3e-6 of itself, for |y| <= 120.
FLASH_INLINE Floats exp2_of(Floats y) {
  constexpr float rounding = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer, in the lowest bits
  const Floats shifted = y + rounding;
  const Floats f = y - (shifted - rounding);
  Floats p = broadcast(0.009570101698738342F);
  p = p * f + 0.055917860302714395F;
  p = p * f + 0.24024744833109113F;
  p = p * f + 0.6931218147397982F;
  p = p * f + 0.9999992614441312F;
  return (Floats)((Words)p + ((Words)shifted << 23));
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

template <int metrics, bool trained, bool powers, bool constrained>
class RowKernel {
 public:
  RowKernel(const KernelStratum& stratum, const KernelRow& row) : stratum_(stratum), row_(row) {}

  template <bool write>
  std::uint64_t run(KernelSums& sums, [[maybe_unused]] std::int32_t* flags) {
    std::uint64_t flagged = 0;
    for (std::size_t begin = 0; begin < row_.count; begin += kernel_chunk) {
      const std::size_t end = begin + kernel_chunk < row_.count ? begin + kernel_chunk : row_.count;
      Ints marks{};
      std::size_t k = begin;
      for (; k + lanes <= end; k += lanes) {
        const Ints mark = step(k, Ints{} == 0);
        if constexpr (write) store(flags + k, mark);
        marks |= mark;
      }
      if (k < end) {
        const Ints mark = step(k, first_lanes(end - k));
        if constexpr (write) store(flags + k, mark);
        marks |= mark;
      }
      if (any(marks)) flagged |= std::uint64_t{1} << (begin / kernel_chunk);
    }
    add(sums.feasible, feasible_);
    add(sums.degree_bits, degree_bits_);
    add(sums.product_bits, product_bits_);
    return flagged;
  }

 private:
  static void add(std::uint32_t* sums, Words x) { store(sums, load<Words>(sums) + x); }

  // Evaluates the configurations at k and after, of which `valid` are of the row.
  FLASH_INLINE Ints step(std::size_t k, Ints valid) {
    const std::size_t place = row_.column + k;
    const Floats g = load<Floats>(stratum_.degree + place) + row_.degree;
    Floats metric[3];
    for (int m = 0; m < metrics; ++m) metric[m] = load<Floats>(stratum_.metric[m] + place) + row_.metric[m];
    Floats product = metrics > 0 ? metric[0] : broadcast(1);
    for (int m = 1; m < metrics; ++m) product *= metric[m];
    degree_bits_ += (Words)g & (Words)valid;
    product_bits_ += (Words)product & (Words)valid;

    Ints surely = valid;  // feasible
    Ints perhaps = valid;
    if constexpr (constrained) {
      Floats worst = g * stratum_.window_slope + stratum_.window_offset;
      for (int m = 0; m < metrics; ++m) worst = larger(worst, metric[m]);
      surely &= worst <= 1 - kernel_slack;
      perhaps &= worst <= 1 + kernel_slack;
    }
    feasible_ -= (Words)surely;

    // Of a value that cannot be compared the limit's side is not known: it is flagged.
    Ints beyond;
    if constexpr (powers) {
      Floats cost = trained ? log2_of(inverse_accuracy(g)) : -log2_of(g);
      cost *= stratum_.accuracy_exponent;
      for (int m = 0; m < metrics; ++m) cost += log2_of(metric[m]) * stratum_.metric_exponent[m];
      beyond = cost > row_.limit;
    } else if constexpr (trained) {
      beyond = inverse_accuracy(g) * product > row_.limit;
    } else {
      beyond = product > row_.limit * g;
    }
    return (perhaps & ~beyond & kernel_may_rank) | ((perhaps ^ surely) & kernel_undecided);
  }

  FLASH_INLINE Floats inverse_accuracy(Floats g) const {
    return exp2_of(stratum_.steepness / g + stratum_.shift) + stratum_.offset;
  }

  const KernelStratum stratum_;
  const KernelRow row_;
  Words feasible_{};
  Words degree_bits_{};
  Words product_bits_{};
};

template <int metrics, bool trained, bool powers, bool constrained>
std::uint64_t run_row(const KernelStratum& stratum, const KernelRow& row, KernelSums& sums,
                      std::int32_t* flags) {
  RowKernel<metrics, trained, powers, constrained> kernel(stratum, row);
  return flags ? kernel.template run<true>(sums, flags) : kernel.template run<false>(sums, nullptr);
}

template <int metrics, bool trained, bool powers>
KernelFunction choose(const KernelShape& shape) {
  return shape.constrained ? run_row<metrics, trained, powers, true> : run_row<metrics, trained, powers, false>;
}

template <int metrics, bool trained>
KernelFunction choose(const KernelShape& shape) {
  return shape.powers ? choose<metrics, trained, true>(shape) : choose<metrics, trained, false>(shape);
}

template <int metrics>
KernelFunction choose(const KernelShape& shape) {
  return shape.trained ? choose<metrics, true>(shape) : choose<metrics, false>(shape);
}

KernelFunction kernel_for(const KernelShape& shape) {
  switch (shape.metrics) {
    case 0: return choose<0>(shape);
    case 1: return choose<1>(shape);
    case 2: return choose<2>(shape);
    default: return choose<3>(shape);
  }
}

}  // namespace
}  // namespace flash
