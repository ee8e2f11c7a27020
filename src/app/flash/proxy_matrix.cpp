// flash proxy matrix: how alike the devices of a table rank networks.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "flash/archive/archive.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/devices/monotonicity.hpp"
#include "flash/tables/proxy_matrix.hpp"
#include "output.hpp"
#include "proxy_commands.hpp"
#include "proxy_input.hpp"

namespace flash {
namespace {

using Member = double DeviceCorrelation::*;

Json square(const MonotonicityMatrix& matrix, Member member) {
  Json rows = Json::array();
  for (std::size_t a = 0; a < matrix.devices; ++a) {
    Json row = Json::array();
    for (std::size_t b = 0; b < matrix.devices; ++b) row.push_back(number_or_null(matrix.at(a, b).*member));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json correlations_json(const MonotonicityMatrix& matrix) {
  Json networks = Json::array();
  for (std::size_t a = 0; a < matrix.devices; ++a) {
    Json row = Json::array();
    for (std::size_t b = 0; b < matrix.devices; ++b) row.push_back(matrix.at(a, b).networks);
    networks.push_back(std::move(row));
  }
  return {{"srcc", square(matrix, &DeviceCorrelation::srcc)},
          {"srcc_low", square(matrix, &DeviceCorrelation::srcc_low)},
          {"srcc_high", square(matrix, &DeviceCorrelation::srcc_high)},
          {"kendall", square(matrix, &DeviceCorrelation::kendall)},
          {"measured_on_both", std::move(networks)}};
}

// "15", "7.5"
std::string shortest(double value) {
  const std::string text = Json(value).dump();
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

struct Region {
  std::string what;
  MonotonicityMatrix matrix;
};

// Where accuracies are known, those of networks that anybody would take. NaN is below any bound.
Region accurate_region(const DeviceTable& table, double points) {
  double best = -1;
  for (const double accuracy : table.accuracy) best = std::fmax(best, accuracy);
  std::vector<bool> subset;
  std::size_t count = 0;
  for (const double accuracy : table.accuracy) {
    subset.push_back(accuracy >= best - points / 100);
    count += subset.back() ? 1 : 0;
  }
  return {std::to_string(count) + " networks with an accuracy within " + shortest(points) +
              " points of the best, " + fixed(100 * best, 2) + " %",
          monotonicity(table.latency_ms, subset)};
}

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return values[i]; });
  std::vector<double> rank(values.size());
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    for (std::size_t i = begin; i < end; ++i) rank[order[i]] = static_cast<double>(begin + end - 1) / 2;
    begin = end;
  }
  return rank;
}

// Else the fastest by the mean of a pair's ranks, which favours neither of the two.
Region fastest_region(const DeviceTable& table, double percent) {
  const std::size_t devices = table.devices.size();
  Region region{"the fastest " + shortest(percent) + " % of the networks by the mean of a pair's ranks",
                {devices, std::vector<DeviceCorrelation>(devices * devices)}};
  for (std::size_t a = 0; a < devices; ++a)
    for (std::size_t b = a; b < devices; ++b) {
      const auto both = measured_on_both(table.latency_ms[a], table.latency_ms[b]);
      std::vector<double> mean = ranks(both[0]);
      const std::vector<double> other = ranks(both[1]);
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += other[i];
      std::vector<double> sorted = mean;
      std::ranges::sort(sorted);
      const auto last = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(mean.size())));
      std::vector<bool> subset;
      for (const double rank : mean) subset.push_back(last > 0 && rank <= sorted[last - 1]);
      const double nan = std::nan("");
      DeviceCorrelation found{.networks = 0, .srcc = nan, .kendall = nan, .srcc_low = nan, .srcc_high = nan};
      if (last > 0) found = monotonicity(std::vector{both[0], both[1]}, subset).at(0, 1);
      region.matrix.pairs[a * devices + b] = region.matrix.pairs[b * devices + a] = found;
    }
  return region;
}

// The devices of each cluster, in the order of the clusters.
std::vector<std::vector<std::size_t>> grouped(const std::vector<std::size_t>& clusters) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t d = 0; d < clusters.size(); ++d) {
    if (clusters[d] >= groups.size()) groups.resize(clusters[d] + 1);
    groups[clusters[d]].push_back(d);
  }
  return groups;
}

// Hundredths, so that 18 devices fit on a terminal.
std::string matrix_text(const std::vector<std::string>& devices, const MonotonicityMatrix& matrix,
                        const std::vector<std::size_t>& order) {
  std::size_t width = 0;
  for (const std::string& device : devices) width = std::max(width, device.size());
  const auto cell = [](const std::string& text) {
    return std::string(4 - std::min<std::size_t>(text.size(), 3), ' ') + text;
  };
  std::string text = padded("", width + 4);
  for (std::size_t column = 1; column <= order.size(); ++column) text += cell(std::to_string(column));
  text += "\n";
  for (std::size_t row = 0; row < order.size(); ++row) {
    const std::string number = std::to_string(row + 1);
    text += std::string(3 - std::min<std::size_t>(number.size(), 2), ' ') + number + " " +
            padded(devices[order[row]], width);
    for (const std::size_t column : order) {
      const double srcc = matrix.at(order[row], column).srcc;
      text += cell(order[row] == column ? "." : fixed(100 * srcc, 0));
    }
    text += "\n";
  }
  return text;
}

double number_or(double value, double otherwise) { return std::isnan(value) ? otherwise : value; }

// Of two networks the ranks always agree or differ wholly.
constexpr std::size_t least_networks = 3;

bool ranks_anything(const MonotonicityMatrix& matrix) {
  for (std::size_t a = 0; a < matrix.devices; ++a)
    for (std::size_t b = a + 1; b < matrix.devices; ++b)
      if (matrix.at(a, b).networks >= least_networks && !std::isnan(matrix.at(a, b).srcc)) return true;
  return false;
}

}  // namespace

int perform_proxy_matrix(const Arguments& arguments) {
  const ProxyTables tables = proxy_tables(arguments);
  if (arguments.output) refuse_input(*arguments.output, arguments, "-o");
  const DeviceTable& table = tables.table;
  if (table.devices.size() == 1)
    throw Error(ExitCode::bad_data, arguments.proxy.tables.front().string() + ": one device, " +
                                        table.devices.front() +
                                        ", has no pairs, of which a matrix is; give tables of more");
  const MonotonicityMatrix matrix = monotonicity(table.latency_ms);
  const Region region = table.accuracy.empty() ? fastest_region(table, arguments.proxy.region)
                                               : accurate_region(table, arguments.proxy.region);
  const std::vector<std::size_t> clusters = device_clusters(matrix, arguments.proxy.linkage);
  const std::vector<double> means = mean_correlations(matrix);
  const bool has_ranks = ranks_anything(matrix);
  const Json proxy = has_ranks ? Json(table.devices[central_device(matrix)]) : Json(nullptr);
  const std::vector<std::vector<std::size_t>> groups = grouped(clusters);
  std::vector<std::size_t> order;
  for (const auto& group : groups) order.insert(order.end(), group.begin(), group.end());

  Json json{{"devices", table.devices}, {"networks", table.networks.size()}};
  json.update(correlations_json(matrix));
  json["region"] = {{"what", region.what}};
  json["region"].update(correlations_json(region.matrix));
  Json list = Json::array(), named = Json::array();
  for (const double mean : means) list.push_back(number_or_null(mean));
  for (const auto& group : groups) named.push_back(device_names(tables, group));
  json["mean_srcc"] = list;
  json["clusters"] = named;
  json["proxy"] = proxy;
  json["notes"] = tables.notes;
  if (arguments.output) {
    const Json summary{{"region", region.what}, {"clusters", named}, {"proxy", proxy}};
    write_file_atomically(
        *arguments.output,
        arguments.output->extension() == ".json"
            ? json.dump(2) + "\n"
            : archive_bytes(proxy_matrix_contents({table.devices, matrix, region.matrix, clusters, means,
                                                   summary.dump(), arguments.command_line})));
  }
  if (arguments.json) {
    print(json);
    return 0;
  }
  std::string text =
      std::to_string(table.devices.size()) + " devices, " + std::to_string(table.networks.size()) +
      " networks. SRCC of each pair, in hundredths; - where a device is the same everywhere, or two have no two networks in common:\n\n" +
      matrix_text(table.devices, matrix, order) + "\nSRCC of " + region.what + ":\n\n" +
      matrix_text(table.devices, region.matrix, order) + "\nclusters (mean SRCC of " +
      fixed(arguments.proxy.linkage, 2) + " and more)\n";
  for (const auto& group : groups) {
    text += " ";
    for (const std::size_t device : group) text.append(" ").append(table.devices[device]);
    text += "\n";
  }
  text += "\nmean SRCC with the others\n";
  std::vector<std::size_t> best(table.devices.size());
  std::iota(best.begin(), best.end(), std::size_t{0});
  std::ranges::stable_sort(
      best, [&](std::size_t a, std::size_t b) { return number_or(means[a], -2) > number_or(means[b], -2); });
  for (const std::size_t device : best)
    text += "  " + padded(table.devices[device], 20) + fixed(means[device], 3) + "\n";
  print(text + (has_ranks ? "\ntake " + proxy.get<std::string>() + " as the proxy: the largest mean\n"
                          : "\nno proxy can be named: no two devices have " + std::to_string(least_networks) +
                                " networks in common that both rank\n"));
  return 0;
}

}  // namespace flash
