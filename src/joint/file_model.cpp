#include "flash/joint/file_model.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/predict/nnls.hpp"
namespace flash {
namespace {

// By the format: topology, normalisation and checksum; a node; a matrix' form, step and lengths; its mask's codec and
// length; a vector's bits and step.
constexpr double bytes_of_network = 40, bytes_of_node = 3, bytes_of_channel = 1, bytes_of_matrix = 8,
                 bytes_of_mask = 4, bytes_of_vector = 5;
constexpr double prior_weight = 0.1;  // of a sample

class FileQuantities : public Quantities {
 public:
  std::span<const std::string> names() const override { return names_; }
  void add(const Operator& op, std::span<double> sums) const override {
    const bool norm = op.kind == Operator::Kind::norm;
    sums[0] += static_cast<double>(op.weights());
    sums[1] += op.has_matrix() ? 1 : 0;
    sums[2] += static_cast<double>(op.parameters() - op.weights());
    sums[3] += norm ? 2 : op.bias ? 1 : 0;
    sums[4] += 1;
    sums[5] += op.kind == Operator::Kind::gather ? op.in : 0;
  }

 private:
  std::array<std::string, 6> names_{"weights", "matrices", "values", "vectors", "nodes", "gathered"};
};

// Bits that say of a weight whether it is kept.
double mask_bits(const CellOption& option) {
  return option.pruned == Pruned::weights && option.kept < 1 ? option.kept * least_index_bits(option.kept)
                                                             : 0;
}

// x of least relative error of rows * x, each drawn towards `prior` in proportion to what it makes up.
std::vector<double> fitted(const std::vector<std::vector<double>>& rows, const std::vector<double>& written,
                           const std::vector<double>& prior) {
  const auto n = static_cast<Eigen::Index>(rows.size()), columns = static_cast<Eigen::Index>(prior.size());
  Eigen::MatrixXd A = Eigen::MatrixXd::Zero(n + columns, columns);
  Eigen::VectorXd b = Eigen::VectorXd::Ones(n + columns);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index c = 0; c < columns; ++c)
      A(i, c) = rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(c)] /
                written[static_cast<std::size_t>(i)];
  for (Eigen::Index c = 0; c < columns; ++c) {
    const double mean = n > 0 ? A.col(c).head(n).mean() : 0;
    const double weight = std::sqrt(prior_weight) * (mean > 0 ? mean : 1);
    A(n + c, c) = weight;
    b[n + c] = weight * prior[static_cast<std::size_t>(c)];
  }
  const Eigen::VectorXd x = nnls(A, b);
  return {x.data(), x.data() + x.size()};
}

double product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

const Quantities& file_quantities() {
  static const FileQuantities quantities;
  return quantities;
}

FileCounts file_counts(std::span<const double> s) { return {s[0], s[1], s[2], s[3], s[4], s[5]}; }

FileCounts file_counts(std::span<const Operator> operators) {
  std::array<double, 6> sums{};
  for (const Operator& op : operators) file_quantities().add(op, sums);
  return file_counts(sums);
}

FileModel::FileModel(std::vector<CellOption> options, int bias_bits)
    : options_(std::move(options)), bias_bits_(bias_bits), bytes_(uncalibrated()) {}

FileModel::Rows FileModel::uncalibrated() const {
  Row values(options_.size(), 1.0);
  values.push_back(bytes_of_matrix);
  return {Row{bytes_of_network, bytes_of_node, bytes_of_channel}, Row{1, bytes_of_mask}, std::move(values),
          Row{1, bytes_of_vector}};
}

FileModel::Rows FileModel::quantities(std::size_t option, const FileCounts& counts) const {
  const CellOption& how = options_[option];
  const double bias_bits = how.is_dense() ? 32 : bias_bits_;
  Row values(options_.size() + 1);
  values[option] = counts.weights * how.kept * how.bits / 8;
  values.back() = counts.matrices;
  return {Row{0, counts.nodes, counts.gathered}, Row{counts.weights * mask_bits(how) / 8, counts.matrices},
          std::move(values), Row{counts.values * bias_bits / 8, counts.vectors}};
}

double FileModel::constant() const { return bytes_.front().front(); }

double FileModel::cell(std::size_t option, const FileCounts& counts) const {
  const Rows rows = quantities(option, counts);
  double bytes = 0;
  for (std::size_t part = 0; part < part_count; ++part) bytes += product(rows[part], bytes_[part]);
  return bytes;
}

double FileModel::bytes(std::span<const std::size_t> options, std::span<const FileCounts> cells) const {
  double bytes = constant();
  for (std::size_t c = 0; c < cells.size(); ++c) bytes += cell(options[c], cells[c]);
  return bytes;
}

void FileModel::fit(std::span<const Sample> samples, const std::string& without) {
  std::array<std::vector<Row>, part_count> rows;
  std::array<Row, part_count> written;
  const Rows prior = uncalibrated();
  for (const Sample& sample : samples) {
    if (sample.network == without) continue;
    const std::size_t bytes[part_count] = {sample.parts.header, sample.parts.masks, sample.parts.values,
                                           sample.parts.biases};
    Rows sums;
    for (std::size_t part = 0; part < part_count; ++part) sums[part].resize(prior[part].size());
    sums.front().front() = 1;
    for (std::size_t c = 0; c < sample.cells.size(); ++c) {
      const Rows cell = quantities(sample.options[c], sample.cells[c]);
      for (std::size_t part = 0; part < part_count; ++part)
        for (std::size_t i = 0; i < cell[part].size(); ++i) sums[part][i] += cell[part][i];
    }
    for (std::size_t part = 0; part < part_count; ++part) {
      if (bytes[part] == 0) continue;
      rows[part].push_back(std::move(sums[part]));
      written[part].push_back(static_cast<double>(bytes[part]));
    }
  }
  for (std::size_t part = 0; part < part_count; ++part)
    bytes_[part] = fitted(rows[part], written[part], prior[part]);
  bytes_.front().front() = std::max(bytes_.front().front(), 1.0);  // no file is without
}

void FileModel::calibrate(std::span<const Sample> samples) {
  if (samples.empty()) throw Error(ExitCode::bad_data, "compressed samples: none has a file");
  const auto error = [this](const Sample& sample) {
    return std::abs(bytes(sample.options, sample.cells) / static_cast<double>(sample.parts.all()) - 1);
  };
  std::vector<std::string> networks;
  for (const Sample& sample : samples)
    if (std::ranges::find(networks, sample.network) == networks.end()) networks.push_back(sample.network);
  quality_ = {.samples = samples.size()};
  const auto count = static_cast<double>(samples.size());
  for (const std::string& network : networks) {
    if (networks.size() < 2) break;
    fit(samples, network);
    for (const Sample& sample : samples)
      if (sample.network == network) {
        quality_.mape_left += error(sample) / count;
        quality_.worst_left = std::max(quality_.worst_left, error(sample));
      }
  }
  if (networks.size() < 2)
    quality_.mape_left = quality_.worst_left = std::numeric_limits<double>::quiet_NaN();
  fit(samples, "\n");  // no network is called so
  for (const Sample& sample : samples) quality_.mape += error(sample) / count;
}

Json to_json(const FileModel& model) {
  Json options = Json::array();
  for (const CellOption& option : model.options_) options.push_back(option.text);
  return {{"options", options},
          {"bias_bits", model.bias_bits_},
          {"header", model.bytes_[0]},
          {"masks", model.bytes_[1]},
          {"values", model.bytes_[2]},
          {"biases", model.bytes_[3]},
          {"samples", model.quality_.samples},
          {"mape", model.quality_.mape},
          {"mape_left", number_or_null(model.quality_.mape_left)},
          {"worst_left", number_or_null(model.quality_.worst_left)}};
}

FileModel file_model_from_json(const Json& json) {
  const JsonReader reader(json, "model of files' bytes");
  std::vector<CellOption> options;
  try {
    options = cell_options(reader.get<std::vector<std::string>>("options"));
  } catch (const std::invalid_argument& error) {
    reader.fail(std::string("has a wrong value at key 'options': ") + error.what());
  }
  FileModel model(std::move(options), reader.get<int>("bias_bits"));
  const FileModel::Rows sizes = model.uncalibrated();
  std::size_t part = 0;
  for (const char* key : {"header", "masks", "values", "biases"}) {
    model.bytes_[part] = reader.get<std::vector<double>>(key);
    if (model.bytes_[part].size() != sizes[part].size() ||
        !std::ranges::all_of(model.bytes_[part], [](double bytes) { return bytes >= 0; }))
      reader.fail(std::string("has at key '") + key + "' not " + std::to_string(sizes[part].size()) +
                  " numbers of 0 or more");
    ++part;
  }
  if (!(model.constant() > 0)) reader.fail("has a file without a header");
  model.quality_ = {reader.get<std::size_t>("samples"), reader.get<double>("mape"),
                    reader.get_or_nan("mape_left"), reader.get_or_nan("worst_left")};
  return model;
}

}  // namespace flash
