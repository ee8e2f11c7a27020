// What each part costs: energies, leakage, areas.
#include "parameter_section.hpp"

namespace flash {

void add_energy(std::vector<ImcParameter>& list) {
  ParameterSection energy(list, "energy");
  energy.number("cell_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::cell), "A read of a cell.",
                from_isaac("2.4 mW for 8 arrays of 128 x 128 cells, a read in 100 ns: 1.8 fJ a cell"));
  energy.number("row_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::row),
                "Driving a word line of a crossbar once (the 1-bit DAC).",
                assumption("a line with 256 gates of about 0.2 fF each, at 1 V"));
  energy.number("column_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::column),
                "Settling and sampling a bit line once.", assumption("of the order of 10 fF at 1 V"));
  energy.number("adc_bit_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::adc_bit),
                "A conversion, for each bit of resolution (comparator, logic).",
                from_isaac("2 mW at 8 bits and 1.28 GS/s, 1.56 pJ a conversion; assumption: half of it grows "
                           "with the bits, half with the levels"));
  energy.number("adc_level_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::adc_level),
                "A conversion, for each of the 2^bits levels (capacitors).", "as adc_bit_fj");
  energy.number("shift_add_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::shift_add),
                "Shifting and adding the result of one conversion.",
                from_isaac("0.2 mW for 4 units; assumption: one result each at 1.2 GHz"));
  energy.number("buffer_read_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::buffer_read),
                "Reading a bit from a tile's buffer.",
                assumption("the order of memories of some tens of KiB at 32 nm"));
  energy.number("buffer_write_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::buffer_write),
                "Writing a bit to a tile's buffer.", "assumption: as a read");
  energy.number("router_bit_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::router_bit),
                "A bit of a flit through a router; a flit costs noc.link_bits times as much.",
                assumption("about 2 pJ for a flit of 32 bits: written to and read from an input buffer, "
                           "through the switch"));
  energy.number("link_bit_fj", "fJ", 0, 1e6, field(&Design::energy, &Design::Energies::link_bit),
                "A bit of a flit along a link between neighbouring tiles.",
                assumption("a wire of 0.6 mm, 0.2 pF/mm, at 0.8 V, toggling every second time"));
}

void add_leakage(std::vector<ImcParameter>& list) {
  ParameterSection leakage(list, "leakage");
  leakage.number("tile_mw", "mW", 0, 1e6, field(&Design::leakage, &Design::Leakage::tile),
                 "A tile that works.",
                 assumption("a few mW/mm2, mostly of the buffer; the cells leak nothing"));
  leakage.number("router_mw", "mW", 0, 1e6, field(&Design::leakage, &Design::Leakage::router),
                 "A router, always.", assumption("as a tile, by area"));
  leakage.number(
      "idle", "", 0, 1, field(&Design::leakage, &Design::Leakage::idle),
      "Share of a tile's leakage that is left while another layer runs. 1: no power gating.",
      assumption("power gating saves about nine tenths; the cells keep the weights without power"));
}

void add_area(std::vector<ImcParameter>& list) {
  ParameterSection area(list, "area");
  area.number("cell_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::cell), "A cell.",
              assumption("12 F2 for a cell with a transistor, F = 32 nm"));
  area.number("row_driver_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::row_driver),
              "A row's driver (the 1-bit DAC).", from_isaac("0.00017 mm2 for 8 x 128"));
  area.number("column_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::column),
              "A column's sample and hold.", from_isaac("0.00004 mm2 for 8 x 128"));
  area.number("adc_bit_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::adc_bit),
              "An ADC, for each bit of resolution.",
              from_isaac("0.0012 mm2 at 8 bits; assumption: a third of it grows with the bits, the rest with "
                         "the levels"));
  area.number("adc_level_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::adc_level),
              "An ADC, for each of the 2^bits levels.", "as adc_bit_um2");
  area.number("shift_add_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::shift_add),
              "A shift-and-add unit, one an ADC.", from_isaac("0.00024 mm2 for 4"));
  area.number("buffer_bit_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::buffer_bit),
              "A bit of a tile's buffer.", from_isaac("0.083 mm2 for 64 KB of eDRAM"));
  area.number("tile_control_um2", "um2", 0, 1e9, field(&Design::area, &Design::Areas::tile_control),
              "A tile's bus, activation, pooling and adders.",
              from_isaac("0.090 + 0.0006 + 0.00024 + 0.00006 mm2"));
  area.number(
      "router_bit_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::router_bit),
      "A router, for each bit of link width.",
      from_isaac("0.151 mm2 for 32 bits and 8 ports; assumption: area grows with width and ports, 5 here"));
  area.number("link_bit_um2", "um2", 0, 1e6, field(&Design::area, &Design::Areas::link_bit),
              "A wire of a link between neighbouring tiles, one direction.",
              assumption("0.5 mm at a pitch of 0.2 um"));
}

}  // namespace flash
