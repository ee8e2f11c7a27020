// What each part takes: times, energies, leakage, areas.
#include "parameter_section.hpp"

namespace flash {
namespace {

const char* const sar_source =
    "NeuroSim V1.3, 32 nm: SAR ADCs of 4 and 8 bits, 127 and 273 fJ, 223 and 382 um2; ISAAC's takes 1,560 fJ";

}  // namespace

void add_time(std::vector<ImcParameter>& list) {
  ParameterSection time(list, "time");
  const auto number = [&](const char* key, double ImcDesign::Times::*at, const char* what,
                          std::string source) {
    time.number(key, "ns", 0, 1e6, field(&Design::time, at), what, std::move(source));
  };
  number("sense_ns", &Design::Times::sense, "Decoding rows, settling and sensing a column.",
         from_neurosim("clock of 2.739, 2.837, 2.960, 4.669 ns with 4, 16, 32, 256 levels; HP 1.70 with 16"));
  number("flash_level_ns", &Design::Times::flash_level,
         "A flash ADC's conversion, for each of its 2^bits levels.", "as sense_ns");
  number("sar_bit_ns", &Design::Times::sar_bit, "A SAR ADC's conversion, for each bit.",
         from_isaac("8 bits at 1.28 GS/s"));
  number("wire_mm_ns", &Design::Times::wire_mm, "A transfer over the bus, for each mm of the chip's side.",
         from_neurosim("of 25 layers' latencies, the share of what is brought, at 128 bits"));
}

void add_energy(std::vector<ImcParameter>& list) {
  ParameterSection energy(list, "energy");
  const auto number = [&](const char* key, double ImcDesign::Energies::*at, const char* what,
                          std::string source, double least = 0) {
    energy.number(key, "fJ", least, 1e6, field(&Design::energy, at), what, std::move(source));
  };
  number("rram_cell_fj", &Design::Energies::rram_cell, "A cell of rram whose row is on.",
         from_neurosim(
             "one-transistor cells of 100 kOhm and 1.7 MOhm, weights and activations as its layers have"));
  number("sram_cell_fj", &Design::Energies::sram_cell, "A cell of sram whose row is on.",
         assumption("a bit line of 256 cells of 0.1 fF discharged by a fifth of 0.9 V, half of the cells"));
  number("word_line_fj", &Design::Energies::word_line,
         "A row that is on: its word line along 256 columns; of others by their number.",
         from_neurosim("a subarray's 0.187 pJ an active row"));
  number(
      "row_fj", &Design::Energies::row, "The driver of a row, each read.",
      from_neurosim("a subarray's row drivers, 20.4 pJ a read of 256 rows with a fifth of the bits on and 8 "
                    "columns an ADC"));
  number("row_turn_fj", &Design::Energies::row_turn,
         "The same, for each column that shares an ADC and each row that is on.", "as row_fj");
  number("column_fj", &Design::Energies::column, "Settling and sampling a bit line once.",
         from_neurosim("a subarray's bit lines, 0.42 pJ a read"));
  number("flash_bit_fj", &Design::Energies::flash_bit, "A conversion of a flash ADC, for each bit (encoder).",
         from_neurosim("17.8, 54.8, 104, 796 fJ with 4, 16, 32, 256 levels"));
  number("flash_level_fj", &Design::Energies::flash_level,
         "A conversion of a flash ADC, for each of its 2^bits levels (comparators).", "as flash_bit_fj");
  number("sar_base_fj", &Design::Energies::sar_base, "A conversion of a SAR ADC, beside its bits.",
         sar_source, -1e6);
  number("sar_bit_fj", &Design::Energies::sar_bit, "A conversion of a SAR ADC, for each bit.", sar_source);
  number("shift_add_fj", &Design::Energies::shift_add, "Shifting and adding the result of one conversion.",
         from_neurosim("a subarray's shift-add of weights and inputs, 20.6 pJ for 256 columns"));
  number("buffer_read_fj", &Design::Energies::buffer_read, "Reading a bit from a tile's buffer.",
         from_neurosim("register files, of 25 layers"));
  number("buffer_write_fj", &Design::Energies::buffer_write, "Writing a bit to a tile's buffer.",
         "as buffer_read_fj");
  number("wire_mm_fj", &Design::Energies::wire_mm, "A bit on the bus, for each mm of the chip's side.",
         from_neurosim(
             "its interconnect brings each bit anew that a position reads; of 25 layers on two chips"));
  number("router_bit_fj", &Design::Energies::router_bit,
         "A bit of a flit through a router; a flit costs noc.link_bits times as much.",
         from_booksim("its power model, 90 fJ a bit"));
  number(
      "link_bit_fj", &Design::Energies::link_bit, "A bit of a flit along a link between neighbouring tiles.",
      assumption("a wire of 1 mm, 0.2 pF/mm, at 0.9 V, toggling every second time; 40 to 130 fJ by toggling "
                 "and wire"));
}

void add_leakage(std::vector<ImcParameter>& list) {
  ParameterSection leakage(list, "leakage");
  leakage.number("tile_mw", "mW", 0, 1e6, field(&Design::leakage, &Design::Leakage::tile),
                 "A tile that works. LSTP: 0.012; HP: 12.",
                 from_neurosim("162 uW of 13 tiles, 259 uW of 21"));
  leakage.number("sram_cell_mw", "mW", 0, 1, field(&Design::leakage, &Design::Leakage::sram_cell),
                 "A cell of sram, always.", assumption("1 pA at 0.9 V: low standby power"));
  leakage.number("router_mw", "mW", 0, 1e6, field(&Design::leakage, &Design::Leakage::router),
                 "A router, always.", assumption("within the tile's"));
  leakage.number(
      "idle", "", 0, 1, field(&Design::leakage, &Design::Leakage::idle),
      "Share of a tile's leakage that is left while another layer runs. 1: no power gating.",
      from_neurosim("the whole chip leaks while a layer runs; power gating saves about nine tenths"));
}

void add_area(std::vector<ImcParameter>& list) {
  ParameterSection area(list, "area");
  const auto number = [&](const char* key, double ImcDesign::Areas::*at, const char* what, std::string source,
                          double most = 1e6) {
    area.number(key, "um2", 0, most, field(&Design::area, at), what, std::move(source));
  };
  number("rram_cell_um2", &Design::Areas::rram_cell, "A cell of rram.",
         from_neurosim("48 F2, F = 32 nm, one transistor and one resistor"));
  number("sram_cell_um2", &Design::Areas::sram_cell, "A cell of sram.", from_neurosim("280 F2"));
  number("rram_writer_um2", &Design::Areas::rram_writer, "Level shifters of a crossbar of rram, for writing.",
         from_neurosim("of a subarray"));
  number("row_driver_um2", &Design::Areas::row_driver, "A row's driver.",
         from_neurosim("switches of word and source lines, 1,835 um2 for 256"));
  number("column_um2", &Design::Areas::column, "A column's multiplexer.", from_neurosim("722 um2 for 256"));
  number("flash_bit_um2", &Design::Areas::flash_bit, "A flash ADC, for each bit.",
         from_neurosim("388 um2 with 16 levels"));
  number("flash_level_um2", &Design::Areas::flash_level, "A flash ADC, for each of its 2^bits levels.",
         "as flash_bit_um2");
  number("sar_base_um2", &Design::Areas::sar_base, "A SAR ADC, beside its bits.", sar_source);
  number("sar_bit_um2", &Design::Areas::sar_bit, "A SAR ADC, for each bit.", sar_source);
  number("shift_add_um2", &Design::Areas::shift_add, "A shift-and-add unit, one an ADC.",
         from_neurosim("4,501 um2 for 32"));
  number("accumulator_um2", &Design::Areas::accumulator, "A tile's adders of its crossbars' results.",
         from_neurosim("what its accumulation has beyond the crossbars' units"), 1e9);
  number("buffer_bit_um2", &Design::Areas::buffer_bit, "A bit of a tile's buffer.",
         from_neurosim("what its tiles have beyond crossbars, adders and wires, over 64 KiB"));
  number("tile_control_um2", &Design::Areas::tile_control, "A tile's wires and control.",
         from_neurosim("interconnect of a tile"), 1e9);
  number("router_bit_um2", &Design::Areas::router_bit, "A router, for each bit of link width.",
         from_booksim("2,360 um2 with 8 channels of 4 flits; published routers are larger"));
  number("link_bit_um2", &Design::Areas::link_bit,
         "A wire of a link between neighbouring tiles, one direction.",
         assumption("0.5 mm at a pitch of 0.2 um"));
}

}  // namespace flash
