#include "flash/space/network_text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/nearest.hpp"

namespace flash {
namespace {

[[noreturn]] void refuse(const std::string& reason) {
  throw Error(ExitCode::usage, "the network is not in the space: " + reason);
}

// One value of a network: a shape axis, or one of the axes that a slot's option stands for.
struct Place {
  const Axis* axis = nullptr;
  std::size_t index = 0;    // of the shape axis, or of the slot
  std::int64_t weight = 1;  // of a slot: how many options a step on the axis is
};

// The values of one name: what varies in several places of a network is written as a list.
struct Field {
  std::string name;
  std::string alias;
  bool of_slots = false;
  std::vector<Place> places;

  bool is_list() const { return of_slots || places.size() > 1; }
};

// Those of a stratum; shape axes alone are the same in all.
std::vector<Field> fields_of(const Geometry& geometry, const Stratum& stratum) {
  std::vector<Field> fields;
  const auto add = [&](bool of_slots, const Place& place) {
    const Axis& axis = *place.axis;
    const auto found = std::ranges::find_if(
        fields, [&](const Field& f) { return f.of_slots == of_slots && f.name == axis.name; });
    Field& field =
        found != fields.end() ? *found : fields.emplace_back(Field{axis.name, axis.alias, of_slots, {}});
    field.places.push_back(place);
  };
  for (std::size_t a = 0; a < geometry.shape_axes().size(); ++a) add(false, {&geometry.shape_axes()[a], a});
  for (std::size_t s = 0; s < stratum.slots.size(); ++s) {
    const std::span<const Axis> axes = geometry.slot_axes(stratum.slots[s].kind);
    std::int64_t weight = 1;
    for (const Axis& axis : axes.subspan(1)) weight *= static_cast<std::int64_t>(axis.values.size());
    for (std::size_t a = 0; a < axes.size(); ++a) {
      if (a > 0) weight /= static_cast<std::int64_t>(axes[a].values.size());
      add(true, {&axes[a], s, weight});
    }
  }
  return fields;
}

std::int64_t position_at(const Stratum& stratum, const Point& point, const Field& field, const Place& place) {
  if (!field.of_slots) return stratum.shape[place.index];
  const std::int64_t position = point.options[place.index] / place.weight;
  return place.axis->listed() ? position % static_cast<std::int64_t>(place.axis->values.size()) : position;
}

std::string text_at(const Stratum& stratum, const Point& point, const Field& field, const Place& place) {
  return place.axis->text(position_at(stratum, point, field, place));
}

const Stratum& widest(const Space& space) {
  return *std::ranges::max_element(space.strata(), {}, &Stratum::cells);
}

std::int64_t position_of(const Axis& axis, const std::string& text) {
  if (const auto position = axis.position(text)) return *position;
  std::string allowed;
  constexpr std::size_t shown = 12;
  for (std::size_t v = 0; v < std::min(axis.values.size(), shown); ++v)
    allowed.append(v == 0 ? "" : ", ").append(axis.values[v]);
  if (axis.values.size() > shown) allowed += ", ...";
  if (!axis.listed()) allowed = axis.text(0) + ", " + axis.text(1) + ", ...";
  refuse(axis.name + " " + text + " is not one of " + allowed);
}

// A network's values by field: the shape first, since it decides which slots there are.
class Reader {
 public:
  using Values = std::map<std::string, std::vector<std::string>>;  // of each name
  Reader(const Space& space, const Values& values) : space_(space), values_(values) {}

  Point point() const {
    const Geometry& geometry = space_.geometry();
    std::vector<int> shape(geometry.shape_axes().size());
    for (const Field& field : fields_of(geometry, space_.strata().front()))
      if (!field.of_slots)
        for (std::size_t i = 0; i < field.places.size(); ++i) {
          const Place& place = field.places[i];
          shape[place.index] = static_cast<int>(position_of(*place.axis, value(field, i)));
        }
    const Stratum& stratum = space_.stratum(shape);
    Point point{stratum.index, std::vector<std::int64_t>(stratum.options.size())};
    for (const Field& field : fields_of(geometry, stratum))
      if (field.of_slots)
        for (std::size_t i = 0; i < field.places.size(); ++i) set_option(stratum, field, i, point);
    return point;
  }

 private:
  void set_option(const Stratum& stratum, const Field& field, std::size_t i, Point& point) const {
    const Place& place = field.places[i];
    const std::string& text = value(field, i);
    const std::int64_t most = stratum.options[place.index];
    const std::int64_t position = position_of(*place.axis, text);
    if (position >= most)  // of an axis without a list: the options are its positions
      refuse(field.name + " " + text + " of cell " + std::to_string(place.index) + " is more than its " +
             place.axis->text(most - 1));
    point.options[place.index] += position * place.weight;
  }

  const std::string& value(const Field& field, std::size_t place) const {
    const auto found = values_.find(field.name);
    if (found == values_.end()) refuse("it has no " + field.name);
    const std::vector<std::string>& texts = found->second;
    if (texts.size() == 1) return texts.front();
    if (texts.size() != field.places.size())
      refuse(field.name + " has " + std::to_string(texts.size()) + " values, not " +
             std::to_string(field.places.size()));
    return texts[place];
  }

  const Space& space_;
  const Values& values_;
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::string network_text(const Space& space, const Point& point) {
  const Stratum& stratum = space.stratum(point);
  std::string text;
  for (const Field& field : fields_of(space.geometry(), stratum)) {
    text.append(text.empty() ? "" : " ").append(field.name).append("=");
    for (std::size_t i = 0; i < field.places.size(); ++i)
      text.append(i == 0 ? "" : ",").append(text_at(stratum, point, field, field.places[i]));
  }
  return text;
}

std::string foreign_text(const Space& space, const Point& point) {
  return space.geometry().foreign_text(space.stratum(point).shape, point.options);
}

Point parse_network(const Space& space, std::string_view text) {
  try {
    if (auto choices = space.geometry().read_foreign_text(text))
      return {space.stratum(choices->shape).index, std::move(choices->options)};
  } catch (const std::invalid_argument& error) {
    refuse(error.what());
  }
  std::vector<std::string> names;
  std::map<std::string, std::string> older;
  for (const Field& field : fields_of(space.geometry(), widest(space))) {
    names.push_back(field.name);
    if (!field.alias.empty()) older[field.alias] = field.name;
  }
  Reader::Values values;
  for (const std::string& part : split(text, ' ')) {
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos)
      refuse("'" + part + "' is not an axis with its value, such as " + names.front() + "=...");
    std::string name = part.substr(0, equals);
    if (const auto found = older.find(name); found != older.end()) name = found->second;
    if (std::ranges::find(names, name) == names.end()) {
      const std::string near = nearest(name, names);
      refuse("it has no axis '" + name + "'" + (near.empty() ? "" : "; did you mean " + near + "?"));
    }
    if (!values.emplace(name, split(part.substr(equals + 1), ',')).second) refuse(name + " is given twice");
  }
  return Reader(space, values).point();
}

NetworkId named_network(const Space& space, std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  try {
    if (error != std::errc() || end != text.data() + text.size()) return space.id(parse_network(space, text));
    require_numbered(space, text);
    space.stratum_of(id);
  } catch (const Error& refused) {
    throw Error(refused.code(), "\"" + std::string(text) + "\": " + refused.what());
  }
  return id;
}

std::string network_name(const Space& space, NetworkId id) {
  return space.numbered() ? id_text(id) : network_text(space, space.point(id));
}

std::string network_stem(const Space& space, NetworkId id) {
  constexpr std::size_t digits = 16;
  return "network-" +
         (space.numbered() ? id_text(id) : sha256_hex(network_name(space, id)).substr(0, digits));
}

void require_numbered(const Space& space, std::string_view id) {
  if (space.numbered()) return;
  throw Error(ExitCode::usage, "id " + std::string(id) + ": the space has " + id_text(space.count()) +
                                   " networks, and only those of fewer than 2^63 have numbers: name the "
                                   "network in words, as in --network \"" +
                                   network_text(space, space.point(0)) + "\"");
}

Json network_json(const Space& space, const Point& point) {
  const Stratum& stratum = space.stratum(point);
  Json json = Json::object();
  for (const Field& field : fields_of(space.geometry(), stratum)) {
    Json values = Json::array();
    for (const Place& place : field.places)
      values.push_back(place.axis->json(position_at(stratum, point, field, place)));
    if (!field.is_list()) values = Json(values.front());
    if (!field.alias.empty()) json[field.alias] = values;
    json[field.name] = std::move(values);
  }
  return json;
}

std::vector<NetworkColumn> network_columns(const Space& space) {
  std::vector<NetworkColumn> columns;
  for (const Field& field : fields_of(space.geometry(), widest(space)))
    for (std::size_t i = 0; i < field.places.size(); ++i) {
      const Axis& axis = *field.places[i].axis;
      const bool integer = !axis.listed() || std::ranges::all_of(axis.values, [](const std::string& value) {
        return !value.empty() && value.find_first_not_of("-0123456789") == std::string::npos;
      });
      columns.push_back(
          {field.is_list() ? axis.name + "_" + std::to_string(i) : axis.name, axis.unit, axis.doc, integer});
    }
  return columns;
}

std::vector<std::string> network_values(const Space& space, const Point& point) {
  const Stratum& stratum = space.stratum(point);
  const std::vector<Field> own = fields_of(space.geometry(), stratum);
  std::vector<std::string> values;
  for (const Field& field : fields_of(space.geometry(), widest(space))) {
    const auto found = std::ranges::find_if(
        own, [&](const Field& f) { return f.of_slots == field.of_slots && f.name == field.name; });
    for (std::size_t i = 0; i < field.places.size(); ++i)
      values.push_back(found == own.end() || i >= found->places.size()
                           ? ""
                           : text_at(stratum, point, *found, found->places[i]));
  }
  return values;
}

Point network_of_values(const Space& space, const std::vector<std::string>& values) {
  Reader::Values by_name;
  std::size_t next = 0;
  for (const Field& field : fields_of(space.geometry(), widest(space)))
    for (std::size_t i = 0; i < field.places.size(); ++i, ++next)
      if (!values[next].empty()) by_name[field.name].push_back(values[next]);
  return Reader(space, by_name).point();
}

}  // namespace flash
