#include "server/store/records.h"

#include <doctest/doctest.h>
int main_records_placeholder;
