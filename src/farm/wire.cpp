#include "wire.hpp"

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/string.hpp>

#include <sstream>

#include "flash/core/error.hpp"

namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, flash::Task& task, unsigned /*version*/) {
  archive& task.id& task.cost& task.input;
}

template <class Archive>
void serialize(Archive& archive, flash::Outcome& outcome, unsigned /*version*/) {
  archive& outcome.id& outcome.ok& outcome.output& outcome.code& outcome.attempt& outcome.rank& outcome
      .host& outcome.t_start& outcome.t_end;
}

}  // namespace boost::serialization

// No addresses are tracked and no class information is written: these are values, sent once each.
BOOST_CLASS_IMPLEMENTATION(flash::Task, boost::serialization::object_serializable)
BOOST_CLASS_IMPLEMENTATION(flash::Outcome, boost::serialization::object_serializable)
BOOST_CLASS_TRACKING(flash::Task, boost::serialization::track_never)
BOOST_CLASS_TRACKING(flash::Outcome, boost::serialization::track_never)

namespace flash {
namespace {

constexpr unsigned flags = boost::archive::no_header | boost::archive::no_codecvt;

template <class Value>
std::string pack(const Value& value) {
  std::ostringstream stream;
  boost::archive::binary_oarchive(stream, flags) << value;
  return std::move(stream).str();
}

template <class Value>
Value unpack(std::string bytes, const char* what) {
  try {
    std::istringstream stream(std::move(bytes));
    Value value;
    boost::archive::binary_iarchive(stream, flags) >> value;
    return value;
  } catch (const std::exception& error) {
    throw Error(ExitCode::internal,
                std::string("another rank sent ") + what + " that cannot be read: " + error.what());
  }
}

}  // namespace

std::string to_bytes(const Task& task) { return pack(task); }
std::string to_bytes(const Outcome& outcome) { return pack(outcome); }
Task task_from_bytes(std::string bytes) { return unpack<Task>(std::move(bytes), "a task"); }
Outcome outcome_from_bytes(std::string bytes) { return unpack<Outcome>(std::move(bytes), "an outcome"); }

}  // namespace flash
