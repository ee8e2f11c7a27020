// The networks of one space definition: what varies, what each network is, and what its parts cost.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <valarray>
#include <vector>

#include "flash/network/network_graph.hpp"
#include "flash/space/geometry/axis.hpp"
#include "flash/space/geometry/score.hpp"
#include "flash/space/geometry/views.hpp"

namespace flash {

// What varies within a stratum: a cell's skips, a layer's operator, a layer's bits.
struct Slot {
  std::int64_t options = 1;  // >= 1
  // An earlier slot on whose option this one's costs depend too; -1: none. No family has one yet, and
  // Evaluator refuses such spaces.
  std::int32_t parent = -1;
  bool ordered = true;     // counts never fall from one option to the next
  std::uint32_t kind = 0;  // which slot axes its option stands for
  bool operator==(const Slot&) const = default;
};

// Which network a text names.
struct Choices {
  std::vector<int> shape;
  std::vector<std::int64_t> options;
};

// What of a network does anything to what it puts out.
struct Liveness {
  bool path = true;  // from the image to the classes; without one it says the same of every image
  std::vector<std::size_t> dead;  // slots with an operator that changes nothing of what is put out
};

// What a slot's part costs at each of its options: [k] at option k. Made by Geometry::columns; keeps what
// strata have in common, so that one object should serve all of them.
class SlotColumns {
 public:
  using Column = std::valarray<double>;
  virtual ~SlotColumns() = default;
  // The quantity-th of the Quantities that it was made for.
  virtual Column column(ShapeView shape, std::size_t slot, std::size_t quantity) = 0;
};

class KnownCounts;

// Immutable to whoever uses it, shared between threads. A stratum is one shape: a position on each of the shape axes.
class Geometry {
 public:
  Geometry();
  virtual ~Geometry();

  // Their product is the strata, the last axis fastest. Neighbours of one name ("depth" of each cell) are
  // one list in texts.
  virtual std::span<const Axis> shape_axes() const = 0;
  // An option of a slot of that kind stands for a position on each, the last axis fastest. An axis without a
  // list of values stands alone.
  virtual std::span<const Axis> slot_axes(std::uint32_t kind) const = 0;
  virtual std::vector<Slot> slots(ShapeView shape) const = 0;

  // One network; `wiring` seeds what is drawn at random of it (skips' channels), which changes no count.
  virtual NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t wiring) const = 0;
  // The operators of one slot: those that lower() enters for it, in any order. By default taken from a
  // network in which every other slot but the parent has option 0.
  virtual std::vector<Operator> part(ShapeView shape, std::size_t slot, std::int64_t parent,
                                     std::int64_t option) const;
  // What part() costs, kept from the first time that it is asked for.
  Counts part_counts(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const;
  // By default adds up part() option by option; a family whose layers are alike can do better. `quantities`
  // must outlive the result.
  virtual std::unique_ptr<SlotColumns> columns(const Quantities& quantities) const;

  // The most activation values that live at once while a slot's operators run [ours], whatever the wiring.
  // Activations are whole outputs: an operator with a matrix, a pool, and a gather of several values write
  // theirs beside what they read; norms, activations, flattening and a gather of one whole value work in
  // place. A value lives until all of the slot that may read it has run. By default from the lowered network
  // (network/live_memory.hpp), every other slot but the parent at option 0, which is right where nothing is
  // drawn at random.
  virtual std::int64_t peak(ShapeView shape, std::size_t slot, std::int64_t parent,
                            std::int64_t option) const;
  virtual std::vector<std::int64_t> peaks(ShapeView shape, std::size_t slot) const;  // [k]: at option k

  // Numbers that strata share where a slot's options, parts and scores are the same in them.
  virtual std::size_t table_key(ShapeView shape, std::size_t slot) const;

  // What accuracy models may rest on; at least one, the default first.
  virtual std::span<const Score* const> scores() const = 0;
  // Coordinates for choosing networks that differ: the first is the score. By default the score, the logarithm
  // of the MACs and each slot's option relative to what it can be.
  virtual std::vector<double> spread(ShapeView shape, OptionView options) const;

  // A network as others write it who use the same space, "|nor_conv_3x3~0|+|...|"; "" where there is no such form.
  virtual std::string foreign_text(ShapeView, OptionView) const { return ""; }
  // The other way; nothing where the text is of another form. Throws std::invalid_argument with what is wrong with it.
  virtual std::optional<Choices> read_foreign_text(std::string_view) const { return std::nullopt; }

  // By default every operator is alive, which holds where nothing can cut a path.
  virtual Liveness liveness(ShapeView, OptionView) const { return {}; }

 private:
  NetworkGraph lower_slot(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const;

  std::unique_ptr<KnownCounts> known_counts_;
};

double value(const Score& score, ShapeView shape, OptionView options, std::span<const Slot> slots);
// The score of a name; nullptr where the geometry has none.
const Score* find_score(const Geometry& geometry, std::string_view name);
// What all slots cost together.
Counts counts(const Geometry& geometry, ShapeView shape, OptionView options);

}  // namespace flash
