#include "bot/risk/pair_table.h"

#include <algorithm>
#include <map>

namespace tsunagi::bot {

void PairTable::add(const std::u32string& head, std::uint16_t number, bool need)
{
    auto& list = filling_[{head[0], head.size() > 1 ? head[1] : U'\0'}][need ? 0 : 1];
    if (list.empty() || list.back() != number) list.push_back(number);
}

void PairTable::seal(const std::vector<Need>& first_needs)
{
    // What begins with a letter alone begins with each of its pairs, so that one look tells all.
    for (auto& [pair, lists] : filling_) {
        const auto alone = pair.second == 0 ? filling_.end() : filling_.find({pair.first, U'\0'});
        if (alone == filling_.end()) continue;
        for (std::size_t kind = 0; kind < lists.size(); ++kind) {
            auto& list = lists[kind];
            list.insert(list.end(), alone->second[kind].begin(), alone->second[kind].end());
            std::sort(list.begin(), list.end());
            list.erase(std::unique(list.begin(), list.end()), list.end());
        }
    }
    std::size_t size = 64;
    while (size < filling_.size() * 2) size *= 2;  // sparse, so that most looks end at an empty slot
    shift_ = 64;
    for (auto rest = size; rest > 1; rest /= 2) --shift_;
    slots_.assign(size, {});
    may_be_.assign(may_be_bits / 64, 0);
    std::map<std::array<Numbers, 2>, std::uint32_t> begins;  // pairs that begin the same share their numbers
    for (const auto& [pair, lists] : filling_) {
        const auto key = pair_key(pair.first, pair.second);
        auto at = key >> shift_;
        while (slots_[at].key != 0) at = (at + 1) % size;
        const auto [known, fresh] = begins.emplace(lists, static_cast<std::uint32_t>(numbers.size()));
        if (fresh) {
            numbers.insert(numbers.end(), lists[0].begin(), lists[0].end());
            for (const auto program : lists[1]) numbers.insert(numbers.end(), {program, first_needs[program].number, first_needs[program].within});
        }
        slots_[at] = {key, known->second, static_cast<std::uint16_t>(lists[0].size()), static_cast<std::uint16_t>(lists[1].size())};
        const auto bit = key >> (64 - may_be_shift);
        may_be_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    filling_.clear();
}

}  // namespace tsunagi::bot
