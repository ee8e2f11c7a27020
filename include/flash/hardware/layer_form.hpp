// The forms in which layers' weights are stored: what a target's costs of a compressed network hang on [ours].
#pragma once

#include <span>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/network/network_graph.hpp"

namespace flash {

// Of one node with a matrix. Those of a network stand in the order in which its nodes run.
struct LayerForm {
  enum class Kind {
    dense,   // every weight of the rows and filters that are kept is stored and multiplied
    sparse,  // only weights that are not 0 are, each with its place
    shift_add  // coefficients of powers of two, those that are not 0, each with its place, and a basis (SmartDeal)
  };
  Kind kind = Kind::dense;
  int bits = 32;          // of a stored weight or coefficient; 32: not quantised
  double kept = 1;        // share of the weights or coefficients that are not 0, in (0, 1]
  double index_bits = 0;  // a kept weight's place, bits
  double extra_bits = 0;  // of the layer: bases, steps
  double rows_kept = 1;   // share of a crossbar's rows, an input of a group of outputs, that are not wholly 0
  double filters_kept = 1;  // share of the outputs that are not wholly 0
};

Json to_json(const LayerForm& form);
LayerForm layer_form_from_json(const Json& json);  // throws Error bad_data

// Every layer dense, of so many bits.
std::vector<LayerForm> dense_forms(const NetworkGraph& graph, int bits);

// Throws Error internal where there is not one for each node with a matrix, or one of them cannot be.
void check_forms(const NetworkGraph& graph, std::span<const LayerForm> forms);

// The least bits that a kept weight's place takes where places are random: the entropy of one weight, kept or not, over
// the share that is kept. 0 where all are.
double least_index_bits(double kept);

// What is pruned together; weights: each by itself.
enum class Pruned { weights, rows, filters };

// A layer of which that share is kept, places of single weights at their least bits, those of rows and filters free.
LayerForm pruned_form(Pruned what, double kept, int bits);

}  // namespace flash
