// What a node makes of figures that hold at 32 nm, and how fast a design is.
#pragma once

#include "flash/imc/design.hpp"

namespace flash {

// Supply in V: 0.85, 0.9, 1.0, 1.1 at 22, 32, 45, 65 nm (ITRS, as NeuroSim has it), straight lines between, constant
// beyond; or the design's own.
double supply_voltage(const ImcDesign& design);

// Factors against the reference node. Capacitance goes with length, so that switching takes node / 32 (V / V32)^2; a
// wire's capacitance a mm stays, so that it takes (V / V32)^2; area takes (node / 32)^2; leakage node / 32; delays
// (node / 32)^0.62, which is 0.792 at 22 nm as NeuroSim's clock [measured there; ours elsewhere].
struct TechnologyScale {
  double energy = 1, wire = 1, leakage = 1, area = 1, time = 1;
};
TechnologyScale technology_scale(const ImcDesign& design);

double conversion_ns(const ImcDesign& design);  // that the cells and the ADC take to sense a column
double period_ns(const ImcDesign& design);      // of the clock: the design's, or that of a conversion

// fJ and um2 of an ADC at the reference node; 2^bits levels.
double adc_energy_fj(const ImcDesign& design);
double adc_area_um2(const ImcDesign& design);

}  // namespace flash
