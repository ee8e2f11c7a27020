# The toys that need no program: a data format and a search method, reached by their names.
flash_extension(dataset/sources "FLASH_SOURCE(rows)" rows flash_dataset)
flash_extension(search/methods/methods "FLASH_METHOD(hill_climbing)" hill_climbing flash_methods)

add_executable(test_libraries libraries_test.cpp)
target_link_libraries(test_libraries PRIVATE flash_options extension_sources extension_methods flash_job flash_core
                                             GTest::gtest_main GTest::gmock)
target_precompile_headers(test_libraries REUSE_FROM flash_gtest)
math(EXPR limit "300 * ${FLASH_SLOWNESS}")
gtest_discover_tests(test_libraries TEST_PREFIX "extension." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${limit})
