"""Where each province lies, to know coordinates that cannot belong to a district's number (GB/T 2260)."""

from typing import NamedTuple


class Province(NamedTuple):
    """Degrees; a box around it, to a tenth of a degree or so."""

    name: str
    south: float
    west: float
    north: float
    east: float

    def holds(self, lat: float, lon: float, slack: float) -> bool:
        return self.south - slack <= lat <= self.north + slack and self.west - slack <= lon <= self.east + slack


PROVINCES = {
    "11": Province("北京", 39.4, 115.4, 41.1, 117.6),
    "12": Province("天津", 38.5, 116.7, 40.3, 118.1),
    "13": Province("河北", 36.0, 113.4, 42.7, 119.9),
    "14": Province("山西", 34.5, 110.2, 40.8, 114.6),
    "15": Province("内蒙古", 37.4, 97.1, 53.4, 126.1),
    "21": Province("辽宁", 38.7, 118.8, 43.5, 125.8),
    "22": Province("吉林", 40.8, 121.6, 46.3, 131.4),
    "23": Province("黑龙江", 43.4, 121.1, 53.6, 135.1),
    "31": Province("上海", 30.6, 120.8, 31.9, 122.3),
    "32": Province("江苏", 30.7, 116.3, 35.2, 122.0),
    "33": Province("浙江", 27.0, 118.0, 31.2, 123.2),
    "34": Province("安徽", 29.3, 114.8, 34.7, 119.7),
    "35": Province("福建", 23.5, 115.8, 28.4, 120.8),
    "36": Province("江西", 24.4, 113.5, 30.1, 118.5),
    "37": Province("山东", 34.3, 114.7, 38.5, 122.8),
    "41": Province("河南", 31.3, 110.3, 36.4, 116.7),
    "42": Province("湖北", 29.0, 108.3, 33.3, 116.2),
    "43": Province("湖南", 24.6, 108.7, 30.2, 114.3),
    "44": Province("广东", 20.2, 109.6, 25.6, 117.4),
    "45": Province("广西", 20.9, 104.4, 26.4, 112.1),
    "46": Province("海南", 3.0, 108.0, 20.3, 118.0),
    "50": Province("重庆", 28.1, 105.2, 32.3, 110.2),
    "51": Province("四川", 26.0, 97.3, 34.4, 108.6),
    "52": Province("贵州", 24.6, 103.6, 29.3, 109.6),
    "53": Province("云南", 21.1, 97.5, 29.3, 106.2),
    "54": Province("西藏", 26.8, 78.3, 36.5, 99.2),
    "61": Province("陕西", 31.7, 105.4, 39.6, 111.3),
    "62": Province("甘肃", 32.6, 92.3, 42.8, 108.8),
    "63": Province("青海", 31.6, 89.4, 39.3, 103.1),
    "64": Province("宁夏", 35.2, 104.2, 39.4, 107.7),
    "65": Province("新疆", 34.3, 73.4, 49.2, 96.4),
    "71": Province("台湾", 21.9, 118.2, 26.4, 122.1),
    "81": Province("香港", 22.1, 113.8, 22.6, 114.5),
    "82": Province("澳门", 22.0, 113.5, 22.3, 113.7),
}
"""The first two digits of an adcode."""
