# The Python package's tests, by the Python that has Debian's h5py, pandas and matplotlib.
find_program(FLASH_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(FLASH_PYTHON)
  add_test(NAME analysis COMMAND ${FLASH_PYTHON} -m unittest discover -s ${PROJECT_SOURCE_DIR}/analysis/tests)
  set_tests_properties(analysis PROPERTIES TIMEOUT 600 ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
endif()
