#include "flash/import/units.hpp"

#include "table_case.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& column, Metric metric = Metric::latency,
                    const std::string& stated = "") {
  try {
    const Unit unit = column_unit(column, metric, stated);
    ADD_FAILURE() << column << " is taken as 10^" << unit.exponent;
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

int exponent(const std::string& column, Metric metric = Metric::latency, const std::string& stated = "") {
  try {
    const Unit unit = column_unit(column, metric, stated);
    EXPECT_EQ(unit.metric, metric);
    return unit.exponent;
  } catch (const std::invalid_argument& error) {
    ADD_FAILURE() << column << ": " << error.what();
    return 99;
  }
}

TEST(Units, AreReadInAnySpelling) {
  for (const char* ms : {"ms", "MS", "mS", "msec", "msecs", "millis", "milliseconds", "Millisecond"})
    EXPECT_EQ(unit_of(ms), (Unit{Metric::latency, 0})) << ms;
  for (const char* us :
       {"us", "US", "usec", "\u00B5s", "\u03BCs", "\u039CS", "micros", "microseconds", "\u00B5sec"})
    EXPECT_EQ(unit_of(us), (Unit{Metric::latency, -3})) << us;
  EXPECT_EQ(unit_of("ns")->exponent, -6);
  EXPECT_EQ(unit_of("ps")->exponent, -9);
  for (const char* s : {"s", "S", "sec", "secs", "second", "Seconds"})
    EXPECT_EQ(unit_of(s)->exponent, 3) << s;
  // No network takes megajoules.
  for (const char* mj : {"mJ", "MJ", "mj", "millijoule", "millijoules"})
    EXPECT_EQ(unit_of(mj), (Unit{Metric::energy, 0})) << mj;
  EXPECT_EQ(unit_of("J")->exponent, 3);
  EXPECT_EQ(unit_of("kJ")->exponent, 6);
  EXPECT_EQ(unit_of("\u00B5J")->exponent, -3);
  EXPECT_EQ(unit_of("nJ")->exponent, -6);
  EXPECT_EQ(unit_of("pJ")->exponent, -9);
  EXPECT_EQ(unit_of("fJ")->exponent, -12);
  for (const char* mm2 : {"mm2", "mm^2", "mm\u00B2", "MM2"})
    EXPECT_EQ(unit_of(mm2), (Unit{Metric::area, 0})) << mm2;
  EXPECT_EQ(unit_of("um2")->exponent, -6);
  EXPECT_EQ(unit_of("\u00B5m\u00B2")->exponent, -6);
  EXPECT_EQ(unit_of("nm^2")->exponent, -12);
  EXPECT_EQ(unit_of("cm2")->exponent, 2);
  EXPECT_EQ(unit_of("m2")->exponent, 6);
  for (const char* none : {"", "m", "min", "ticks", "cycles", "Wh", "mW", "mm", "hours", "x"})
    EXPECT_FALSE(unit_of(none)) << none;
}

TEST(Units, OfAJobAreThoseOfTheTables) {
  for (const Metric metric : fitted_metrics())
    for (const std::string& unit : units_of(metric)) EXPECT_EQ(unit_of(unit)->metric, metric) << unit;
}

TEST(Units, ConvertWithOneRounding) {
  EXPECT_EQ(in_usual_unit(1, {Metric::latency, -3}), 1e-3);
  EXPECT_EQ(in_usual_unit(2500, {Metric::latency, -3}), 2.5);
  EXPECT_EQ(in_usual_unit(7, {Metric::energy, -9}), 7e-9);
  EXPECT_EQ(in_usual_unit(0.35, {Metric::latency, 3}), 350);
}

TEST(ColumnUnits, StandInTheNameInAnyCaseAndBracket) {
  for (const char* us : {"latency_us",
                         "latency_US",
                         "latency_usec",
                         "latency (us)",
                         "latency[us]",
                         "latency{us}",
                         "latency_\u00B5s",
                         "latency_\u03BCs",
                         "latency \u00B5s",
                         "Latency [\u00B5s]",
                         "t_us_mean",
                         "latency_p50_us",
                         "latency-us",
                         "latency.us",
                         "latency, us",
                         "latency/us",
                         "latencyUs",
                         "inferTimeUs",
                         "timeus",
                         "LATENCY_US",
                         "latency_micro_seconds",
                         "us_per_image",
                         "p50us",
                         "latency (us, median)",
                         "latency_median (us)",
                         "pi4_latency_us",
                         "latency (us/image)"})
    EXPECT_EQ(exponent(us), -3) << us;
  for (const char* ms : {"latency_ms", "t_ms_mean", "latency_MS", "latencyMs", "latencymS", "timems",
                         "TIMEMS", "latency (milli seconds)", "latency_ms (Pi 4, 4 threads)"})
    EXPECT_EQ(exponent(ms), 0) << ms;
  for (const char* s : {"latency_s", "latency_S", "time [s]", "timeS", "seconds"})
    EXPECT_EQ(exponent(s), 3) << s;
  EXPECT_EQ(exponent("latency_ns"), -6);
  for (const char* j : {"energy_J", "energy_j", "energyJ", "energy (J)", "energy_joules"})
    EXPECT_EQ(exponent(j, Metric::energy), 3) << j;
  for (const char* mj : {"energymJ", "energyMJ", "energy_mJ", "energy_per_image_mj"})
    EXPECT_EQ(exponent(mj, Metric::energy), 0) << mj;
  EXPECT_EQ(exponent("energy_uJ", Metric::energy), -3);
  EXPECT_EQ(exponent("energy_nJ", Metric::energy), -6);
  EXPECT_EQ(exponent("energy [pJ]", Metric::energy), -9);
  EXPECT_EQ(exponent("area_28nm (\u00B5m\u00B2)", Metric::area), -6);
  EXPECT_EQ(exponent("area_mm^2", Metric::area), 0);
}

TEST(ColumnUnits, AreTheUsualOnesWhereTheNameSaysNone) {
  for (const char* name :
       {"latency", "time", "t", "latency_median", "latency_cpu", "inference time", "latency_p50",
        "latencyMean", "board_time", "latency_minimum", "latency_pi4", "latency_run_2", "latency_M2",
        "inference_times_mean_latency", "latency_CPUs_time"})
    EXPECT_EQ(exponent(name), 0) << name;
  EXPECT_EQ(exponent("energy_total", Metric::energy), 0);
}

TEST(ColumnUnits, ThatFlashDoesNotKnowAreRefused) {
  for (const char* name :
       {"latency_ticks", "latency [cycles]", "latency_cycles_mean", "latency (min)", "cycles",
        "latency_minutes", "latency_hours", "latency_fps", "latency_100us", "latency_m", "latency_times"})
    EXPECT_THAT(refusal(name), HasSubstr("which may be a unit")) << name;
  EXPECT_EQ(
      refusal("latency_ticks"),
      "says 'ticks', which may be a unit but is none of latency that flash knows; set hardware.latency_unit");
  EXPECT_THAT(refusal("energy [mWs]", Metric::energy), HasSubstr("says 'mWs', which may be a unit"));
  for (const char* name : {"energy (Wh)", "energy_kwh", "energy_mW"})
    EXPECT_THAT(refusal(name, Metric::energy), HasSubstr("set hardware.energy_unit")) << name;
  for (const char* name : {"latency (1e-3 s)", "latency_10^-6 s", "latency (x10 us)", "latency (10 us)",
                           "latency_us_x10", "latency [us/batch]"})
    EXPECT_THAT(refusal(name), HasSubstr("which may be a unit")) << name;
  EXPECT_THAT(refusal("latency_mj"), HasSubstr("says mj, which is no unit of latency"));
  EXPECT_THAT(refusal("energy_mj_per_s", Metric::energy), HasSubstr("says both mj and s"));
  EXPECT_THAT(refusal("latency_ms_us"), HasSubstr("says both ms and us"));
  EXPECT_THAT(refusal("latency_m_s"), HasSubstr("says both ms and s"));
}

TEST(ColumnUnits, OfTheJobCountUnlessTheNameContradictsThem) {
  EXPECT_EQ(exponent("latency", Metric::latency, "us"), -3);
  EXPECT_EQ(exponent("latency_ticks", Metric::latency, "ns"), -6);
  EXPECT_EQ(exponent("latency_usec", Metric::latency, "us"), -3);
  EXPECT_EQ(exponent("latency_ms_s", Metric::area, "mm2"), 0);
  EXPECT_EQ(refusal("latency_US", Metric::latency, "ms"),
            "seems to be in US, but the job says ms; set hardware.latency_unit");
  EXPECT_THAT(refusal("energy [J]", Metric::energy, "mj"),
              HasSubstr("seems to be in J, but the job says mj"));
  EXPECT_THAT(refusal("latency", Metric::latency, "mj"), HasSubstr("no unit of latency"));
}

class UnitsOfATable : public test::TableCase {};

TEST_F(UnitsOfATable, AreThoseOfItsNames) {
  format.metrics[Metric::latency] = {"latency [\u00B5s]", "", true};
  format.metrics[Metric::energy] = {"energy_J", "", true};
  const auto rows = read("id,latency [\u03BCs],ENERGY_j\n17,1500,0.25\n");
  EXPECT_DOUBLE_EQ(rows[0].metrics[Metric::latency], 1.5);
  EXPECT_DOUBLE_EQ(rows[0].metrics[Metric::energy], 250);
  format.metrics[Metric::latency] = {"latency_ticks", "", true};
  format.metrics[Metric::energy].required = false;
  EXPECT_THAT(refusal("id,latency_ticks\n1,2\n"), HasSubstr(":1: column 'latency_ticks' says 'ticks'"));
  format.metrics[Metric::latency].unit = "ns";
  EXPECT_DOUBLE_EQ(latency("id,latency_ticks\n1,2\n"), 2e-6);
}

TEST_F(UnitsOfATable, AreThoseOfItsNamesWithFeaturesToo) {
  format.features = {{"macs", "macs"}};
  format.metrics[Metric::latency] = {"time_usec", "", true};
  EXPECT_DOUBLE_EQ(latency("macs,time_usec\n1e6,1500\n"), 1.5);
}

TEST_F(UnitsOfATable, MayBeOthersThanTheUsualOnesWithoutAWordInTheJob) {
  const auto rows = read("id,Latency (us),energy_J\n17,1500,0.25\n");
  EXPECT_DOUBLE_EQ(rows[0].metrics[Metric::latency], 1.5);
  EXPECT_DOUBLE_EQ(rows[0].metrics[Metric::energy], 250);
  EXPECT_TRUE(std::isnan(rows[0].metrics[Metric::area]));
  for (const char* name : {"energy", "energy_mWh", "Energy per image in cal", "area", "area_LUT", "area_mm"})
    EXPECT_THAT(refusal(std::string("id,latency_ms,") + name + "\n1,2,3\n"),
                HasSubstr(std::string("'") + name + "'"));
  for (const char* name : {"log_latency_ms", "log10 latency (ms)", "latency_min"})
    EXPECT_THAT(refusal(std::string("id,") + name + "\n1,2\n"), HasSubstr("latency"));
  EXPECT_THAT(refusal("id,latency_ms,energy (Wh)\n1,2,3\n"), HasSubstr("column 'energy (Wh)' says 'Wh'"));
  EXPECT_THAT(refusal("id,latency_us,latency_s\n1,2,3\n"),
              HasSubstr("'latency_us' and 'latency_s'; name one as hardware.latency_column"));
  EXPECT_EQ(latency("id,latency_us,latency_ms\n1,2,3\n"), 3);
  EXPECT_TRUE(std::isnan(read("id,latency_ms,energy_source\n1,2,RAPL\n")[0].metrics[Metric::energy]));
}

TEST_F(UnitsOfATable, ThatLeaveNoNumberAreRefused) {
  EXPECT_THAT(refusal("id,latency_s\n1,1e307\n"), HasSubstr("is its unit right?"));
  EXPECT_THAT(refusal("id,energy_fJ\n1,1e-300\n"), HasSubstr("is its unit right?"));
}

}  // namespace
}  // namespace flash
