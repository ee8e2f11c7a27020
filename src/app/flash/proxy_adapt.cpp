// flash proxy adapt: latencies on a target from a proxy's and few of its own.
#include <algorithm>
#include <cmath>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/version.hpp"
#include "flash/devices/adaptation.hpp"
#include "flash/findings/adapted_models.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "output.hpp"
#include "proxy_commands.hpp"
#include "proxy_input.hpp"

namespace flash {
namespace {

// SRCC with the target on networks that were not sampled; NaN where the table has none.
class Unsampled {
 public:
  Unsampled(const DeviceTable& table, std::size_t target, const std::vector<std::size_t>& sampled)
      : truth_(target == no_device ? nullptr : &table.latency_ms[target]), sampled_(sampled) {}

  double srcc(const std::vector<double>& predicted) const {
    if (truth_ == nullptr) return std::nan("");
    const auto both = measured_on_both(predicted, *truth_, sampled_);
    return spearman(both[0], both[1]);
  }

 private:
  const std::vector<double>* truth_;
  const std::vector<std::size_t>& sampled_;
};

Json methods_json(const Adaptation& adapted) {
  Json methods = Json::array();
  for (const MethodScore& score : adapted.methods) {
    methods.push_back({{"method", score.method},
                       {"srcc_cv", number_or_null(score.srcc)},
                       {"srcc_cv_low", number_or_null(score.srcc_interval.first)},
                       {"srcc_cv_high", number_or_null(score.srcc_interval.second)},
                       {"rmse_cv_ms", number_or_null(score.rmse)},
                       {"chosen", score.method == adapted.method}});
    if (!score.fitted) methods.back()["not_fitted"] = score.reason;
  }
  return methods;
}

// Every method's own fit, for those who compare them.
void add_each(Json& methods, const AdaptationInput& input, const AdaptationOptions& options,
              const Unsampled& unsampled) {
  for (Json& method : methods) {
    AdaptationOptions one = options;
    one.method = method.at("method");
    one.compare = one.deviations = false;
    try {
      method["srcc_unsampled"] = number_or_null(unsampled.srcc(adapt(input, one).predicted));
    } catch (const Error& error) {
      if (error.code() != ExitCode::bad_data) throw;
      method["srcc_unsampled"] = nullptr;
    }
  }
}

Json predictions_json(const DeviceTables& tables, const Adaptation& adapted,
                      const std::vector<std::size_t>& sampled) {
  const std::set<std::size_t> seen(sampled.begin(), sampled.end());
  Json predictions = Json::array();
  for (std::size_t n = 0; n < adapted.predicted.size(); ++n) {
    Json one{{"network", network_name_json(tables, n)}, {"value", number_or_null(adapted.predicted[n])}};
    one["deviation"] = adapted.deviation.empty() ? Json(nullptr) : number_or_null(adapted.deviation[n]);
    one["sampled"] = seen.contains(n);
    predictions.push_back(std::move(one));
  }
  return predictions;
}

void write_models(const Arguments& arguments, const ProxyTables& tables, const Adaptation& adapted,
                  const Json& provenance) {
  if (!tables.space || tables.points.empty())
    throw Error(ExitCode::usage,
                "-o: a hardware model needs the networks' space; name it with --preset or --job");
  const Models models =
      adapted_models(*tables.space, adapted, provenance.at("target"),
                     {{"software", std::string("flash ") + software_version}, {"adapted", provenance}});
  write_file_atomically(*arguments.output, to_json(models).dump(2) + "\n");
}

std::string adapt_text(const Json& json) {
  const auto number = [](const Json& value, int digits) { return fixed(number_or_nan(value), digits); };
  std::string text = json["target"].get<std::string>() + " from " +
                     (json["proxy"].is_null() ? "no proxy" : json["proxy"].get<std::string>()) + " and " +
                     json["samples"].dump() + " samples: " + json["method"].get<std::string>() + "\n  " +
                     json["why"].get<std::string>() + "\n\n  " + padded("method", 10) +
                     padded("SRCC, cross-validated", 36) + padded("RMSE [ms]", 12);
  const bool each = !json["methods"].empty() && json["methods"][0].contains("srcc_unsampled");
  if (each) text += "SRCC, not sampled";
  text += "\n";
  for (const Json& method : json["methods"]) {
    text += std::string(method["chosen"] ? "* " : "  ") + padded(method["method"], 10);
    if (method.contains("not_fitted")) {
      text += method["not_fitted"].get<std::string>() + "\n";
      continue;
    }
    text += padded(number(method["srcc_cv"], 3) + "  [" + number(method["srcc_cv_low"], 3) + ", " +
                       number(method["srcc_cv_high"], 3) + "]",
                   36) +
            padded(number(method["rmse_cv_ms"], 4), 12);
    if (each) text += number(method["srcc_unsampled"], 3);
    text += "\n";
  }
  if (!json["srcc_unsampled"].is_null())
    text += "\n  networks that were not sampled: SRCC " + number(json["srcc_unsampled"], 3) +
            ", of the raw proxy " + number(json["srcc_raw"], 3) + "\n";
  if (json.contains("further_devices"))
    text += "  the tables have " + json["further_devices"].dump() +
            " further devices: --library all learns from them too\n";
  for (const Json& warning : json["warnings"]) text += "  warning: " + warning.get<std::string>() + "\n";
  if (json.contains("models"))
    text +=
        "\n  models: " + json["models"].get<std::string>() + ", for models.file of a job, or flash-search\n";
  return text;
}

}  // namespace

int perform_proxy_adapt(const Arguments& arguments) {
  const ProxyTables tables = proxy_tables(arguments);
  if (arguments.output) refuse_input(*arguments.output, arguments, "-o");
  const DeviceTable& table = tables.table;
  const std::size_t target = target_device(tables, arguments);
  const std::size_t proxy = proxy_device(tables, arguments, target);
  const std::vector<std::size_t> library = library_devices(tables, arguments, proxy, target);
  const ProxySamples samples = proxy_samples(tables, arguments, proxy, target, library);
  const AdaptationInput input = adaptation_input(tables, proxy, library, samples);
  AdaptationOptions options;
  options.method = arguments.proxy.method;
  options.penalty = arguments.proxy.penalty;
  options.seed = arguments.seed;
  const Adaptation adapted = adapt(input, options);
  const Unsampled unsampled(table, target, samples.networks);

  Json json{{"target", target == no_device ? arguments.proxy.target : table.devices[target]},
            {"proxy", proxy == no_device ? Json(nullptr) : Json(table.devices[proxy])},
            {"library", device_names(tables, library)},
            {"samples", samples.networks.size()},
            {"sampling", samples.how},
            {"seed", arguments.seed},
            {"method", adapted.method},
            {"why", adapted.why},
            {"srcc_unsampled", number_or_null(unsampled.srcc(adapted.predicted))},
            {"srcc_raw",
             number_or_null(proxy == no_device ? std::nan("") : unsampled.srcc(table.latency_ms[proxy]))},
            {"srcc_raw_samples", number_or_null(adapted.raw_srcc)},
            {"methods", methods_json(adapted)},
            {"model_srcc", number_or_null(adapted.model_srcc)},
            {"warnings", adapted.warnings},
            {"notes", tables.notes}};
  const std::size_t others = table.devices.size() - (proxy != no_device) - (target != no_device);
  if (library.empty() && others > 0) json["further_devices"] = others;
  if (arguments.proxy.each) add_each(json["methods"], input, options, unsampled);
  if (arguments.output) {
    Json provenance = json;
    provenance.erase("notes");
    write_models(arguments, tables, adapted, provenance);
    json["models"] = arguments.output->string();
  }
  json["predictions"] = predictions_json(tables, adapted, samples.networks);
  arguments.json ? print(json) : print(adapt_text(json));
  return 0;
}

}  // namespace flash
