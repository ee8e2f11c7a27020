// What the chip consists of and how it works: the entries without time, energy and area.
#include "parameter_section.hpp"

namespace flash {

void add_chip(std::vector<ImcParameter>& list) {
  ParameterSection chip(list, "chip");
  chip.number("clock_ghz", "GHz", 0, 100, field(&Design::clock_ghz),
              "Clock of tiles and network. 0: as fast as the converters sense (section time).",
              from_neurosim("a synchronous chip whose clock is set by sensing, 2.84 ns with 16 levels"));
  chip.integer(
      "node_nm", "nm", 3, 250, field(&Design::node_nm),
      "Technology node. Figures given at 32 nm are multiplied: energies by node / 32 and the square of "
      "voltage / 0.9 V, leakage by node / 32, areas by its square, times by its power of 0.62.",
      std::string(group) + "; " +
          from_neurosim("its 22 nm within 7 % (energy 0.57, leakage 0.64, area "
                        "0.46, clock 0.79); assumption: so beyond"));
  chip.number("voltage", "V", 0, 10, field(&Design::voltage),
              "Supply. 0: the node's, 0.85, 0.9, 1.0, 1.1 V at 22, 32, 45, 65 nm, straight lines between.",
              "ITRS roadmap, as NeuroSim has it");
  chip.number("activity", "", 0, 1, field(&Design::activity), "Share of ones among the bits of activations.",
              assumption("a fifth, as the figures of NeuroSim that the design was held against"));
}

void add_crossbar(std::vector<ImcParameter>& list) {
  ParameterSection crossbar(list, "crossbar");
  crossbar.integer("rows", "cells", 16, 8192, field(&Design::tiling, &Tiling::crossbar_rows),
                   "Word lines of a crossbar.", group);
  crossbar.integer("columns", "cells", 16, 8192, field(&Design::tiling, &Tiling::crossbar_columns),
                   "Bit lines of a crossbar.", group);
  crossbar.integer("cell_bits", "bits", 1, 8, field(&Design::tiling, &Tiling::cell_bits),
                   "Bits of a weight that one cell holds. At most precision.weight_bits; of sram 1.", group);
  crossbar.word("cell", {"rram", "sram"}, field(&Design::cell),
                "Kind of cell: one transistor and one resistor of 100 kOhm, or SRAM.", group);
  crossbar.boolean("gated", field(&Design::gated),
                   "Drivers of rows and adders of columns that hold no weights do nothing. false: all of a "
                   "crossbar's switch together.",
                   from_neurosim("a crossbar's energy does not depend on how many rows it uses"));
}

void add_tile(std::vector<ImcParameter>& list) {
  ParameterSection tile(list, "tile");
  tile.integer("rows", "crossbars", 1, 64, field(&Design::tiling, &Tiling::tile_rows),
               "Crossbars of a tile, one below the other.", group);
  tile.integer("columns", "crossbars", 1, 64, field(&Design::tiling, &Tiling::tile_columns),
               "Crossbars of a tile, side by side.", group);
  tile.word(
      "duplicate", {"none", "tile", "balance"}, field(&Design::duplicate),
      "Copies of a layer's weights, which work on different positions: none; as many as its own tiles have room for; or "
      "besides these whole layers again, the slowest first, while the chip keeps tile.area_limit_mm2.",
      from_neurosim("speed-ups of 1 to 16 of layers that fill their tiles in part"));
  tile.number("area_limit_mm2", "mm2", 0, 1e9, field(&Design::area_limit_mm2),
              "Of tile.duplicate = balance: the largest chip.",
              assumption("set by whoever pays for the chip"));
  tile.integer("pipeline_cycles", "cycles", 0, 10'000, field(&Design::pipeline_cycles),
               "From the last read of a layer to its last result: shift and add, activation, buffer.",
               assumption("a short pipeline of a few stages after the conversion"));
  tile.integer("accumulation_cycles", "cycles", 0, 1000, field(&Design::accumulation_cycles),
               "Adding the result of a conversion, before the next one.",
               from_neurosim("of 25 layers' latencies, a sensed column's share over its sensing"));
  tile.integer("wire_bits", "bits", 1, 65'536, field(&Design::wire_bits),
               "Width of the bus that brings a tile its rows' activations and takes its results.",
               from_neurosim("its default bus width"));
  tile.integer("buffer_kib", "KiB", 1, 65'536, field(&Design::buffer_kib),
               "Buffer of a tile; counts for area alone, a layer's activations are taken to fit.",
               from_isaac("eDRAM buffer of a tile"));
}

void add_precision(std::vector<ImcParameter>& list) {
  ParameterSection precision(list, "precision");
  precision.integer("weight_bits", "bits", 1, 16, field(&Design::tiling, &Tiling::weight_bits),
                    "Bits of a weight.", assumption("8-bit weights are the usual choice for inference"));
  precision.integer("activation_bits", "bits", 1, 16, field(&Design::tiling, &Tiling::activation_bits),
                    "Bits of an activation, applied to the rows one after the other and sent in the network.",
                    assumption("8-bit activations are the usual choice for inference"));
  precision.integer("partial_sum_bits", "bits", 1, 64, field(&Design::tiling, &Tiling::partial_sum_bits),
                    "Bits of the partial sums that the row tiles of a layer send each other.",
                    assumption("twice the bits of an activation"));
}

void add_adc(std::vector<ImcParameter>& list) {
  ParameterSection adc(list, "adc");
  adc.word("kind", {"flash", "sar"}, field(&Design::adc),
           "Flash: a comparator a level, at once. SAR: a bit after the other.", group);
  adc.integer(
      "bits", "bits", 1, 12, field(&Design::adc_bits),
      "Resolution; decides energy, time and area of an ADC. What it costs in accuracy: section accuracy.",
      group);
  adc.integer("columns", "columns", 1, 8192, field(&Design::tiling, &Tiling::columns_per_adc),
              "Columns that share an ADC, converted one after the other. At most crossbar.columns.", group);
  adc.integer("cycles", "cycles", 1, 1024, field(&Design::tiling, &Tiling::adc_cycles),
              "Clock cycles a conversion, in which a column must be sensed.",
              from_neurosim("one conversion a cycle of its clock"));
}

void add_noc(std::vector<ImcParameter>& list) {
  ParameterSection noc(list, "noc");
  noc.integer("link_bits", "bits", 1, 4096, field(&Design::tiling, &Tiling::link_bits),
              "Width of a link, which is the size of a flit; one flit a cycle.", group);
  noc.integer("packet_flits", "flits", 1, 1024, field(&Design::tiling, &Tiling::packet_flits),
              "Flits a packet. 1: the address travels beside the data; from 2 on the first flit holds the "
              "address and no data.",
              group);
  noc.integer("router_stages", "cycles", 1, 64, field(&Design::router_stages), "Pipeline stages of a router.",
              group);
  noc.integer("port_cycles", "cycles", 0, 64, field(&Design::port_cycles),
              "Of a phase's first flit, from its tile into the network and out of it.",
              from_booksim("zero-load latency is 3 cycles above that of routers and links"));
  noc.integer(
      "vcs", "channels", 1, 64, field(&Design::router_vcs), "Virtual channels of a router's port.",
      from_booksim("its default; few or shallow ones hold flits back: max(1, 8 / (vcs depth), 3 / vcs) "
                   "cycles a flit"));
  noc.integer("depth", "flits", 1, 1024, field(&Design::router_depth), "Flits that a virtual channel holds.",
              from_booksim("as noc.vcs"));
  noc.boolean("contention", field(&Design::contention),
              "What waits behind flits that go elsewhere makes a link slower. false: a link passes a flit a "
              "cycle, whatever stands before it.",
              assumption("fitted to simulations flit by flit of routers as BookSim's"));
  noc.boolean("multicast", field(&Design::multicast),
              "A value that goes to many tiles travels links that their routes share once.",
              assumption("the usual network sends it to one tile after the other"));
  noc.word("partial_sums", {"chain", "tree"}, field(&Design::partial_sums),
           "How the row tiles of a layer add up: each to its neighbour, or in pairs, pairs of pairs, ... to "
           "the last one. The batch of a layer's flows does not wait for sums.",
           assumption("the neighbour is the nearest"));
  noc.integer(
      "mesh_side", "tiles", 0, 1024, field(&Design::mesh_side),
      "Side of the square mesh; larger networks are refused. 0: the least side that holds the network.",
      group);
}

}  // namespace flash
