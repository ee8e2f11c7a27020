#pragma once

#include "flash/dataset/dataset.hpp"

namespace flash::dataset {

enum class Kind { shapes, cifar10, cifar100, idx, folder };

// The kind of source, after checking everything that can be checked without looking at a file. Throws Error
// bad_job.
Kind checked_kind(const DataSource& source);

}  // namespace flash::dataset
