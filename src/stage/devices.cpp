// Stage devices: networks on every device beside the target, from which the target's latency is adapted.
#include "flash/archive/table_text.hpp"
#include "flash/config/text.hpp"
#include "flash/findings/proxies.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

using namespace table_text;

class DevicesStage : public Stage {
 public:
  std::string_view name() const override { return devices_name; }
  std::string_view words() const override {
    return "measurements of networks on every device of proxy.devices";
  }

  // Task id: the network's.
  StagePlan plan(Findings& findings) const override {
    return plan_devices(findings.job(), findings.space(), proxy_pool(findings.job(), findings.space()));
  }
  bool of_networks() const override { return true; }
  bool asked(const Job& job) const override { return job.proxy.active(); }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    const Table* methods = archive.find("devices/adaptation");
    if (methods == nullptr) return "";
    std::string out =
        "\n" +
        wrapped("Latency of the target, adapted from " + attribute(methods->attributes, "proxy") +
                    format(" with %.0f networks measured on the target: ", attribute(*methods, "samples")) +
                    attribute(methods->attributes, "why"),
                "  ");
    out += "  method         Spearman, cross-validated     RMSE ms\n";
    for (std::size_t row = 0; row < rows(methods); ++row) {
      const auto value = [&](const char* column) { return number(*methods, column, row); };
      const std::string name = text(*methods, "method", row);
      out += (name == attribute(methods->attributes, "method") ? "* " : "  ") + format("%-14s", name.c_str());
      if (value("fitted") != 1) {
        out += "not fitted: " + text(*methods, "reason", row) + "\n";
        continue;
      }
      out += cell(value("srcc"), 8, 3) + format(" (%.3f to %.3f)", value("srcc_low"), value("srcc_high")) +
             cell(value("rmse"), 12, 4) + "\n";
    }
    return out;
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return asked(forecast.job) ? proxy_pool(forecast.job, forecast.space).size() : 0;
  }
};

}  // namespace

const Stage& devices_stage() {
  static const DevicesStage stage;
  return stage;
}

}  // namespace flash
