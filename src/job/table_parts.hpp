// The parts that archive_tables.cpp puts together, one file each.
#pragma once

#include "flash/job/archive_tables.hpp"

namespace flash {

Attributes provenance(const ArchiveSource& source);  // provenance.cpp
void add_sample_tables(const ArchiveSource& source,
                       ArchiveContents& contents);  // sample_tables.cpp: samples, curves, predictor
void add_hardware_tables(const ArchiveSource& source,
                         ArchiveContents& contents);  // hardware_tables.cpp: hardware/<target>, its model
void add_imc_tables(const ArchiveSource& source,
                    ArchiveContents& contents);  // imc_tables.cpp: hardware/imc/layers, energy, area
void add_search_tables(const ArchiveSource& source,
                       ArchiveContents& contents);  // search_tables.cpp: constraints, sweep, compare, trace

void add_landscape_tables(const ArchiveSource& source,
                          ArchiveContents& contents);  // landscape_tables.cpp: sweep/histograms, sweep/pareto

}  // namespace flash
