// What cells cost and lose at each of their options, as tables of a search [ours].
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "flash/hardware/layer_form.hpp"
#include "flash/joint/joint_models.hpp"
#include "flash/search/evaluator.hpp"

namespace flash {

// What a network costs on the target with its layers in these forms, where the target has a model of that; and the bits of
// a weight of what is not compressed there (Target::modelled, dense_bits), above which no option's go.
struct ModelledCosts {
  std::function<std::optional<Measurement>(const NetworkGraph&, std::span<const LayerForm>)> costs{};
  int dense_bits = 32;
};

// A network of the space, and what its cells are kept as.
struct JointNetwork {
  std::size_t stratum = 0;               // of the space
  std::vector<std::size_t> compression;  // option of each slot: a position in JointModels::options()
  std::vector<std::int64_t> options;     // of each slot of the network
  auto operator<=>(const JointNetwork&) const = default;
};

// accuracy     that of the network as trained, less the sum over cells of what they lose (LossModel)
// file bytes   a constant and the sum over cells of theirs (FileModel)
// latency, energy, area  of a cell those of the fitted model of dense cells, times what the target's model says that
//              the cell costs in that form beside itself dense: at up to seven of its options, the other cells at their
//              middle ones, between them linear. Without such a model, and on devices, as if dense: nothing gained is
//              made up
// parameters, MACs, peak memory  of the network as trained: what is pruned still counts
//
// A dense cell has the evaluator's own tables, so that a network without any other has today's values to the last bit.
class JointTables {
 public:
  // `dense` must outlive it. Throws Error bad_job where it has more slots a network than options can be tried for, or
  // goes by known accuracies; bad_data where the models are of another space.
  JointTables(const Evaluator& dense, JointModels models, const ModelledCosts& modelled);
  ~JointTables();

  const Evaluator& dense() const { return dense_; }
  const JointModels& models() const { return models_; }
  const std::vector<CellOption>& options() const { return models_.options(); }

  // Of a slot the options that may be part of the best network: for each left out, another beats or equals it at every
  // one of the slot's options in all that the question weighs or bounds (of equals the first stays).
  std::span<const std::size_t> useful(std::size_t stratum, std::size_t slot) const;

  // A stratum's with its cells in that form. They lie in this object, and in `dense`.
  StratumTables tables(std::size_t stratum, std::span<const std::size_t> compression) const;

  // What none of them exceeds: accuracy, and metrics from below.
  Evaluation bound(std::size_t stratum, std::span<const std::size_t> compression) const;

  // Accuracy and metrics in hand, each at its best in the whole space, whatever the others.
  Evaluation best_alone() const;

  Evaluation operator()(const JointNetwork& network) const;

  static constexpr std::size_t most_slots = 8;

 private:
  struct Cell;
  struct Form;
  class Builder;
  const Form& form(std::size_t stratum, std::size_t slot, std::size_t option) const;

  const Evaluator& dense_;
  const JointModels models_;
  std::vector<std::unique_ptr<Cell>> cells_;
  std::vector<std::vector<const Cell*>> cell_of_;  // [stratum][slot]
};

}  // namespace flash
