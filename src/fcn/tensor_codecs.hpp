// Weights, biases and norms of a node in bytes.
#pragma once

#include "bytes.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/fcn/file.hpp"

namespace flash {

void write_matrix(const CompressedMatrix& matrix, ByteWriter& out, FileParts& parts);
CompressedMatrix read_matrix(ByteReader& in, std::size_t rows, std::size_t columns);
void write_vector(const CompressedVector& vector, ByteWriter& out);
CompressedVector read_vector(ByteReader& in, std::size_t size);

}  // namespace flash
