#include "deploy/sandbox/running_log.h"
#include "deploy/sandbox/json_read.h"

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t row_overhead_bytes = 1'000;  // headers and JSON nodes, roughly

}  // namespace

std::int64_t RunningLog::add(json row, std::size_t bytes)
{
    row["number"] = ++last_;
    bytes += row_overhead_bytes;
    bytes_ += bytes;
    rows_.push_back({std::move(row), bytes});
    while (bytes_ > bytes_max_ && rows_.size() > 1) {
        bytes_ -= rows_.front().bytes;
        rows_.pop_front();
        ++forgotten_;
    }
    bell_.ring();
    return last_;
}

json RunningLog::after(std::int64_t number, std::size_t limit, const std::string& path) const
{
    json list = json::array();
    for (const Row& row : rows_) {
        if (list.size() >= limit) break;
        if (row.content["number"].get<std::int64_t>() <= number) continue;
        if (!path.empty() && text_of(row.content, "path").rfind(path, 0) != 0) continue;
        list.push_back(row.content);
    }
    return list;
}

void RunningLog::clear()
{
    rows_.clear();
    bytes_ = 0;
    forgotten_ = 0;
}

}  // namespace tsunagi::sandbox
