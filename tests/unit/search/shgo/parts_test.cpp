#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "complex.hpp"
#include "flash/core/random.hpp"
#include "point_set.hpp"
#include "pool.hpp"
#include "sobol.hpp"

namespace flash::shgo {
namespace {

std::vector<std::vector<double>> points_of(const Complex& complex) {
  std::vector<std::vector<double>> points;
  const std::size_t n = complex.points().size() / complex.size();
  for (std::size_t v = 0; v < complex.size(); ++v) {
    const auto point = complex.points().subspan(v * n, n);
    points.emplace_back(point.begin(), point.end());
  }
  return points;
}

std::set<Edge> edges_of(const Complex& complex) {
  std::set<Edge> edges(complex.drawn().begin(), complex.drawn().end());
  std::erase_if(edges, [&](const Edge& edge) { return complex.is_split(edge); });
  return edges;
}

TEST(Complex, StartsWithCornersAndCentroid) {
  for (std::size_t n = 1; n <= 4; ++n) {
    Complex complex(n);
    const std::size_t corners = std::size_t{1} << n;
    complex.grow(corners + 1);
    const auto points = points_of(complex);
    EXPECT_EQ(points.front(), std::vector<double>(n, 0.5));
    const std::set<std::vector<double>> distinct(points.begin(), points.end());
    EXPECT_EQ(distinct.size(), corners + 1);
    for (const auto& point : points)
      for (const double u : point) EXPECT_TRUE(u == 0 || u == 0.5 || u == 1);
  }
}

// In the plane every generation is a triangulation of the square: V - E + F = 1 without the outer face, all
// faces triangles, the hull's edges in one of them each: E = 3 V - 3 - hull.
TEST(Complex, EachGenerationIsATriangulation) {
  Complex complex(2);
  for (std::size_t k = 1; k <= 16; k *= 2) {  // (k+1)^2 grid points and k^2 centroids
    complex.grow((k + 1) * (k + 1) + k * k);
    ASSERT_EQ(complex.size(), (k + 1) * (k + 1) + k * k);
    EXPECT_EQ(edges_of(complex).size(), 3 * complex.size() - 3 - 4 * k);
  }
}

TEST(Complex, NoEdgeRunsThroughAVertex) {
  for (const std::size_t n : {1U, 2U, 3U})
    for (const std::size_t count : {2U, 7U, 30U, 77U, 150U}) {
      Complex complex(n);
      complex.grow(count);
      ASSERT_EQ(complex.size(), count);
      const auto points = points_of(complex);
      const std::set<std::vector<double>> all(points.begin(), points.end());
      EXPECT_EQ(all.size(), count);
      for (const auto& [u, v] : edges_of(complex)) {
        EXPECT_LT(u, v);
        std::vector<double> middle(n);
        for (std::size_t j = 0; j < n; ++j) middle[j] = (points[u][j] + points[v][j]) / 2;
        EXPECT_FALSE(all.contains(middle));
      }
    }
}

TEST(Complex, GrowingInStepsIsGrowingAtOnce) {
  Complex at_once(3), in_steps(3);
  at_once.grow(200);
  for (std::size_t count = 1; count <= 200; count += 7) in_steps.grow(count);
  in_steps.grow(200);
  EXPECT_EQ(points_of(at_once), points_of(in_steps));
  EXPECT_EQ(edges_of(at_once), edges_of(in_steps));
}

TEST(Complex, ManyVariablesCostNoMoreThanTheirPoints) {
  Complex complex(50);
  complex.grow(60);
  EXPECT_EQ(complex.size(), 60U);
}

// Against the definition: who has a better neighbour, and that the edges named are true ones.
TEST(Complex, DescentsLeadFromAllButTheMinimisers) {
  Philox random(6);
  for (const std::size_t n : {1U, 2U, 3U, 5U}) {
    Complex complex(n);
    complex.grow(100);
    std::vector<std::size_t> rank(complex.size());
    for (std::size_t& r : rank) r = random.below(50);  // with ties
    const std::set<Edge> edges = edges_of(complex);
    std::set<std::size_t> expected, found;
    for (const auto& [u, v] : edges)
      if (rank[u] != rank[v]) expected.insert(rank[u] < rank[v] ? v : u);
    for (const Edge& edge : complex.descents(rank)) {
      const auto& [u, v] = edge;
      EXPECT_TRUE(edges.contains(edge));
      EXPECT_NE(rank[u], rank[v]);
      EXPECT_TRUE(found.insert(rank[u] < rank[v] ? v : u).second);
    }
    EXPECT_EQ(found, expected);
  }
}

TEST(Sobol, FirstPoints) {
  EXPECT_EQ(sobol_points(3, 4),
            (std::vector<double>{0, 0, 0, 0.5, 0.5, 0.5, 0.75, 0.25, 0.25, 0.25, 0.75, 0.75}));
}

TEST(Sobol, EqualsSciPys) {
  if (std::system("/usr/bin/python3 -c 'import scipy.stats.qmc' 2>/dev/null") != 0)
    GTEST_SKIP() << "no SciPy";
  std::FILE* pipe = ::popen(
      "/usr/bin/python3 -W ignore -c \"from scipy.stats.qmc import Sobol\n"
      "for r in Sobol(12, scramble=False).random(256):\n  print(*map(repr, map(float, r)))\"",
      "r");
  ASSERT_NE(pipe, nullptr);
  for (const double u : sobol_points(12, 256)) {
    double theirs = -1;
    ASSERT_EQ(std::fscanf(pipe, "%lf", &theirs), 1);
    EXPECT_EQ(u, theirs);
  }
  EXPECT_EQ(::pclose(pipe), 0);
}

// Against the definition: who has a better neighbour, and that the edges named are true ones.
TEST(Gabriel, DescentsLeadFromAllButTheMinimisers) {
  Philox random(5);
  for (const std::size_t n : {1U, 2U, 3U, 6U}) {
    std::vector<std::size_t> rank(80);
    std::vector<double> points(rank.size() * n);
    for (double& u : points) u = random.uniform();
    for (std::size_t& r : rank) r = random.below(40);  // with ties
    const auto distance = [&](std::size_t a, std::size_t b) {
      double sum = 0;
      for (std::size_t j = 0; j < n; ++j) {
        const double d = points[a * n + j] - points[b * n + j];
        sum += d * d;
      }
      return sum;
    };
    const auto are_neighbours = [&](std::size_t u, std::size_t v) {
      for (std::size_t w = 0; w < rank.size(); ++w)
        if (w != u && w != v && distance(u, w) + distance(v, w) < distance(u, v)) return false;
      return true;
    };
    std::set<std::size_t> expected, found;
    for (std::size_t u = 0; u < rank.size(); ++u)
      for (std::size_t v = 0; v < rank.size(); ++v)
        if (rank[v] < rank[u] && are_neighbours(u, v)) expected.insert(u);
    for (const auto& [u, v] : gabriel_descents(points, rank)) {
      EXPECT_TRUE(are_neighbours(u, v));
      EXPECT_NE(rank[u], rank[v]);
      EXPECT_TRUE(found.insert(rank[u] < rank[v] ? v : u).second);
    }
    EXPECT_EQ(found, expected);
  }
}

TEST(Ranks, OrderValuesAndJoinWhatLiesAtOnePoint) {
  const std::vector<Value> values{{0, 3}, {0, 1}, {2, 0}, {0, 1}, {0, 3}};
  const std::vector<double> points{5, 4, 3, 2, 5};
  EXPECT_EQ(ranks(values, points), (std::vector<std::size_t>{2, 1, 3, 0, 2}));
}

Value value(double objective, double violation = 0) { return {violation, objective}; }

TEST(Pool, HoldsTheVerticesBelowAllNeighbours) {
  // A path with values 3 1 2 0 5: minima at 1 and 3, the better one first.
  const std::vector<Value> values{value(3), value(1), value(2), value(0), value(5)};
  const std::vector<std::size_t> rank{3, 1, 2, 0, 4};
  const std::vector<Edge> edges{{0, 1}, {1, 2}, {2, 3}, {3, 4}};
  EXPECT_EQ(minimiser_pool(values, rank, edges, 1), (std::vector<std::size_t>{3, 1}));
}

TEST(Pool, InfeasibleVerticesAreNeverStartsNextToFeasibleOnes) {
  const std::vector<Value> values{value(0, 2), value(7), value(0, 1)};
  EXPECT_EQ(minimiser_pool(values, std::vector<std::size_t>{2, 0, 1}, {{0, 1}, {1, 2}}, 1),
            (std::vector<std::size_t>{1}));
  // Where all are infeasible: the one that misses by least.
  const std::vector<Value> none{value(0, 2), value(0, 3), value(0, 1)};
  EXPECT_EQ(minimiser_pool(none, std::vector<std::size_t>{1, 2, 0}, {{0, 1}, {1, 2}}, 1),
            (std::vector<std::size_t>{2}));
  // And the next ones, as many as are asked for, those without a better neighbour first.
  EXPECT_EQ(minimiser_pool(none, std::vector<std::size_t>{1, 2, 0}, {{0, 2}}, 2),
            (std::vector<std::size_t>{2, 1}));
}

TEST(Pool, VerticesOfOnePointCountAsOne) {
  // 0 and 2 are one point; its neighbour 3, reached from 2 alone, is better.
  const std::vector<Value> values{value(1), value(2), value(1), value(0)};
  EXPECT_EQ(minimiser_pool(values, std::vector<std::size_t>{1, 2, 1, 0}, {{0, 1}, {2, 3}}, 1),
            (std::vector<std::size_t>{3}));
}

TEST(PointSet, KnowsWhatItWasTold) {
  Philox random(3);
  PointSet set(2);
  std::vector<std::vector<double>> points;
  for (int k = 0; k < 2000; ++k) {
    points.push_back({random.uniform(), static_cast<double>(k % 7)});
    const PointSet::Place place = set.find(points.back());
    EXPECT_FALSE(place.known());
    EXPECT_EQ(set.insert(place, points.back()), points.size() - 1);
  }
  EXPECT_EQ(set.size(), points.size());
  for (std::size_t k = 0; k < points.size(); ++k) {
    EXPECT_EQ(set.find(points[k]).index, k);
    EXPECT_TRUE(std::ranges::equal(set[k], points[k]));
  }
}

}  // namespace
}  // namespace flash::shgo
