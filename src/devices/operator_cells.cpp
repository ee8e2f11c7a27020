#include "operator_cells.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr std::size_t least_places_in_order = 8;  // fewer have no nearness worth the name

// Kernel size and expansion may be places of their own, whose options are both called "3".
std::vector<std::size_t> kinds(const Encoding& encoding) {
  std::vector<std::size_t> kind(encoding.places.size());
  std::vector<std::set<std::string>> names;
  for (std::size_t p = 0; p < kind.size(); ++p) {
    const std::set<std::string> own(encoding.places[p].operators.begin(), encoding.places[p].operators.end());
    kind[p] = names.size();
    for (std::size_t k = 0; k < names.size() && kind[p] == names.size(); ++k) {
      const auto common = static_cast<std::size_t>(
          std::ranges::count_if(own, [&](const std::string& name) { return names[k].contains(name); }));
      if (2 * common > own.size() + names[k].size() - common) kind[p] = k;
    }
    if (kind[p] == names.size())
      names.push_back(own);
    else
      names[kind[p]].insert(own.begin(), own.end());
  }
  return kind;
}

void check(const Encoding& encoding) {
  const std::size_t places = encoding.places.size();
  const bool fits = encoding.operators.size() == encoding.networks * places &&
                    (encoding.living.empty() || encoding.living.size() == encoding.operators.size()) &&
                    (encoding.live.empty() || encoding.live.size() == encoding.networks) &&
                    encoding.values.size() == encoding.networks * encoding.features.size();
  if (!fits) throw Error(ExitCode::internal, "an encoding whose parts are of different numbers of networks");
  for (std::size_t i = 0; i < encoding.operators.size(); ++i)
    if (encoding.operators[i] >= encoding.places[i % places].operators.size() ||
        (!encoding.living.empty() && encoding.living[i] >= encoding.places[i % places].operators.size()))
      throw Error(ExitCode::internal, "an encoding with an operator that its place has not");
}

}  // namespace

OperatorCells::OperatorCells(const Encoding& encoding)
    : encoding_(&encoding), places_(encoding.places.size()) {
  check(encoding);
  const std::vector<std::size_t> kind = kinds(encoding);
  std::map<std::pair<std::size_t, std::string>, std::size_t> numbers;
  std::set<std::size_t> shapes;
  for (std::size_t p = 0; p < places_; ++p) {
    first_.push_back(count_);
    count_ += static_cast<Eigen::Index>(encoding.places[p].operators.size());
    for (const std::string& name : encoding.places[p].operators)
      name_.push_back(numbers.try_emplace({kind[p], name}, numbers.size()).first->second);
    shapes.insert(encoding.places[p].shape);
  }
  names_ = numbers.size();
  has_living_ = !encoding.living.empty() && encoding.living != encoding.operators;
  if (places_ == 0) return;
  const auto places = static_cast<Eigen::Index>(places_);
  const auto count_of_names = static_cast<Eigen::Index>(names_);
  const Eigen::MatrixXd same_name = Eigen::MatrixXd::Identity(count_of_names, count_of_names);
  near_ = Eigen::MatrixXd::Ones(places, places);
  shared_ = covariance(near_, same_name);
  if (places_ == 1) return;
  own_ = covariance(Eigen::MatrixXd::Identity(places, places), same_name);
  Eigen::MatrixXd same_shape(places, places);
  for (Eigen::Index p = 0; p < places; ++p)
    for (Eigen::Index q = 0; q < places; ++q) {
      same_shape(p, q) = encoding.places[static_cast<std::size_t>(p)].shape ==
                                 encoding.places[static_cast<std::size_t>(q)].shape
                             ? 1
                             : 0;
      const double apart = 8 * static_cast<double>(p - q) / static_cast<double>(places);
      if (places_ >= least_places_in_order) near_(p, q) = std::exp(-0.5 * apart * apart);
    }
  if (shapes.size() > 1 && shapes.size() < places_) grouped_ = covariance(same_shape, same_name);
  if (places_ >= least_places_in_order) smooth_ = covariance(near_, same_name);
}

Eigen::MatrixXd OperatorCells::nearly_shared(const Eigen::MatrixXd& names) const {
  return covariance(near_, names);
}

Eigen::MatrixXd OperatorCells::covariance(const Eigen::MatrixXd& places, const Eigen::MatrixXd& names) const {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(count_, count_);
  std::vector<Eigen::Index> place;
  for (std::size_t p = 0; p < places_; ++p)
    place.insert(place.end(), encoding_->places[p].operators.size(), static_cast<Eigen::Index>(p));
  for (Eigen::Index a = 0; a < count_; ++a)
    for (Eigen::Index b = 0; b < count_; ++b)
      result(a, b) = names(static_cast<Eigen::Index>(name(a)), static_cast<Eigen::Index>(name(b))) *
                     places(place[static_cast<std::size_t>(a)], place[static_cast<std::size_t>(b)]);
  return result;
}

Eigen::MatrixXd OperatorCells::counts(Operators which, std::span<const std::size_t> networks) const {
  Eigen::MatrixXd result =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(networks.size()), static_cast<Eigen::Index>(names_));
  for (std::size_t i = 0; i < networks.size(); ++i)
    for (std::size_t p = 0; p < places_; ++p)
      result(static_cast<Eigen::Index>(i),
             static_cast<Eigen::Index>(name_[static_cast<std::size_t>(cell(which, networks[i], p))])) += 1;
  return result;
}

Eigen::MatrixXd covariance_of_networks(const OperatorCells& cells, Operators which,
                                       const Eigen::MatrixXd& of_cells,
                                       std::span<const std::size_t> networks) {
  const auto count = static_cast<Eigen::Index>(networks.size());
  const std::size_t places = cells.encoding().places.size();
  Eigen::MatrixXd half = Eigen::MatrixXd::Zero(cells.count(), count);
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(count, count);
  for (Eigen::Index i = 0; i < count; ++i)
    for (std::size_t p = 0; p < places; ++p)
      half.col(i) += of_cells.col(cells.cell(which, networks[static_cast<std::size_t>(i)], p));
  for (Eigen::Index i = 0; i < count; ++i)
    for (std::size_t p = 0; p < places; ++p) {
      const Eigen::Index cell = cells.cell(which, networks[static_cast<std::size_t>(i)], p);
      for (Eigen::Index j = 0; j < count; ++j) result(i, j) += half(cell, j);
    }
  return result;
}

Eigen::VectorXd sum_of_cells(const OperatorCells& cells, Operators which,
                             std::span<const std::size_t> networks, const Eigen::VectorXd& numbers) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(cells.count());
  for (std::size_t i = 0; i < networks.size(); ++i)
    for (std::size_t p = 0; p < cells.encoding().places.size(); ++p)
      sum[cells.cell(which, networks[i], p)] += numbers[static_cast<Eigen::Index>(i)];
  return sum;
}

}  // namespace flash
