// What no single key can tell: keys that contradict each other or the space.
#pragma once

#include <string>
#include <utility>

#include "flash/config/document.hpp"
#include "flash/config/errors.hpp"
#include "flash/job/job.hpp"
#include "flash/job/options.hpp"

namespace flash {

using JobDocument = ConfigDocument;
using JobErrors = ConfigErrors;

// Each check looks only at sections that are without errors so far, so that no error shows up twice.
void check_job(const Job& job, const JobDocument& document, JobErrors& errors);

// The space by itself, with the input it has.
void check_space(const Job& job, const JobDocument& document, JobErrors& errors);

// [compress]: by itself, and, of a space that there is, the networks that it names.
void check_compression(const Job& job, const JobDocument& document, JobErrors& errors);
void check_compressed_networks(const Job& job, const JobDocument& document, JobErrors& errors);
// Whether compress.minimise weighs what the target would have to give.
bool minimises(const Job& job, Metric metric);

// train.accuracy_on beside what else the job says.
void check_accuracy_on(const Job& job, const JobDocument& document, JobErrors& errors);
// Of a design that has been read. Throws Error bad_job.
void check_chip_accuracy(const Job& job);

// What every check asks of keys.
class KeyChecks {
 public:
  KeyChecks(const Job& job, const JobDocument& document, JobErrors& errors)
      : job_(job), document_(document), errors_(errors) {}

 protected:
  std::string device_advice() const {
    return job_.hardware.target == "table" ? "; name it in hardware.devices" : "; name it in proxy.devices";
  }
  bool given(const std::string& section, const std::string& key) const {
    return document_.entry(section, key) != nullptr;
  }
  bool changed(const std::string& section, const std::string& key) const {
    const JobDocument::Entry* entry = document_.entry(section, key);
    const Json& usual = options().find(section, key)->default_value;
    return entry != nullptr && entry->value != usual && Json::array({entry->value}) != usual;
  }
  void wrong(const std::string& section, const std::string& key, std::string what) {
    errors_.add(document_.line(section, key), section + "." + key, std::move(what));
  }

  const Job& job_;
  const JobDocument& document_;
  JobErrors& errors_;
};

}  // namespace flash
